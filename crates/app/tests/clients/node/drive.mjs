// Drives the unmodified npm client @rocket.chat/api-client against a running server.
//
// Usage: node drive.mjs CLIENT URL USERNAME EMAIL PASSWORD: the folder whose node_modules have the client, the
// server, and an administrator. The first step that does not hold ends the program with its stack.

import assert from 'node:assert/strict';
import { File } from 'node:buffer';
import { createRequire } from 'node:module';
import path from 'node:path';

const [client, url, username, email, password] = process.argv.slice(2);
// The client expects it to be global, as in browsers and from Node 20 on.
globalThis.File ??= File;
const { RestClient } = createRequire(path.join(client, 'package.json'))('@rocket.chat/api-client');

/** The client rejects with the answer itself; this gives its status and its body. */
async function refusal(call) {
	const answer = await call.then(() => assert.fail('not refused'), (answer) => answer);
	return { status: answer.status, body: await answer.json() };
}

/** It has no login of its own: the application calls the endpoint and hands the credentials over. */
async function loggedIn(login) {
	const rest = new RestClient({ baseUrl: url });
	const { status, data } = await rest.post('/v1/login', login);
	assert.equal(status, 'success');
	rest.setCredentials({ 'X-User-Id': data.userId, 'X-Auth-Token': data.authToken });
	return rest;
}

const steps = {
	async 'log in by name and by e-mail, and not with a wrong password'(admin) {
		for (const login of [{ user: username, password }, { user: email, password }]) {
			const other = await loggedIn(login);
			assert.equal((await other.get('/v1/me')).username, username);
			await other.post('/v1/logout', {});
		}
		const { status, body } = await refusal(loggedIn({ user: username, password: 'wrong' }));
		assert.deepEqual([status, body.status, body.error], [401, 'error', 'Unauthorized']);
		const me = await admin.get('/v1/me');
		assert.deepEqual([me.username, me.roles, me.success], [username, ['admin'], true]);
	},

	async 'create, find and delete a user'(admin) {
		const made = await admin.post('/v1/users.create', {
			email: 'mara@example.org',
			name: 'Mara Lindt',
			username: 'mara.lindt',
			password: 'A good password 4 new users!',
			roles: ['user', 'livechat-agent'],
		});
		assert.deepEqual(made.user.roles, ['user', 'livechat-agent']);
		const found = await admin.get('/v1/users.info', { username: 'mara.lindt' });
		assert.equal(found.user._id, made.user._id);
		const list = await admin.get('/v1/users.list', { count: 100, sort: JSON.stringify({ username: -1 }) });
		const names = list.users.map((user) => user.username);
		assert.deepEqual(names, [...names].sort().reverse());
		assert.ok(names.includes('mara.lindt') && list.total === names.length);

		const agent = await loggedIn({ user: 'mara.lindt', password: 'A good password 4 new users!' });
		const denied = await refusal(agent.post('/v1/users.delete', { userId: made.user._id }));
		assert.equal(denied.status, 403);
		await admin.post('/v1/users.delete', { userId: made.user._id });
		assert.equal((await refusal(agent.get('/v1/me'))).status, 401);
		const gone = await refusal(admin.get('/v1/users.info', { username: 'mara.lindt' }));
		assert.deepEqual(gone.body, { success: false, error: 'User not found.' });
	},

	async 'state who holds what'(admin) {
		const held = async () => {
			const { update } = await admin.get('/v1/permissions.listAll');
			return update.find(({ _id }) => _id === 'view-l-room').roles;
		};
		const before = await held();
		const roles = ['user', 'admin', 'bot'];
		await admin.post('/v1/permissions.update', { permissions: [{ _id: 'view-l-room', roles }] });
		assert.deepEqual(await held(), roles);
		await admin.post('/v1/permissions.update', { permissions: [{ _id: 'view-l-room', roles: before }] });
		assert.deepEqual(await held(), before);
		const { status, body } = await refusal(
			admin.post('/v1/permissions.update', { permissions: [{ _id: 'view-l-room', roles: ['nobody'] }] }),
		);
		assert.deepEqual([status, body.errorType], [400, 'error-invalid-role']);
	},

	async 'read and write settings'(admin) {
		const id = '/v1/settings/Accounts_Default_User_Preferences_masterVolume';
		const { value } = await admin.get(id);
		await admin.post(id, { value: 40 });
		const anonymous = new RestClient({ baseUrl: url });
		const _id = 'Accounts_Default_User_Preferences_masterVolume,SMTP_Password';
		const shown = await anonymous.get('/v1/settings.public', { _id });
		assert.deepEqual(shown.settings, [{ _id: _id.split(',')[0], value: 40 }]);
		const { body } = await refusal(admin.post(id, { value: 101 }));
		assert.deepEqual([body.errorType, body.details], ['error-invalid-setting-value', { method: 'saveSettings' }]);
		await admin.post('/v1/settings', { settings: [{ _id: _id.split(',')[0], value }] });
		assert.equal((await admin.get(id)).value, value);
		assert.equal((await refusal(anonymous.get(id))).status, 401);
		const unknown = await refusal(admin.get('/v1/settings/No_Such_Setting'));
		assert.deepEqual([unknown.status, unknown.body], [400, { success: false }]);
	},

	async 'log out'(admin) {
		await admin.post('/v1/logout', {});
		const { status, body } = await refusal(admin.get('/v1/me'));
		assert.deepEqual([status, body.error], [401, 'You must be logged in to do this.']);
	},
};

const admin = await loggedIn({ user: username, password });
for (const [name, step] of Object.entries(steps)) {
	await step(admin);
	console.log('done:', name);
}
console.log(`all ${Object.keys(steps).length} steps done`);
