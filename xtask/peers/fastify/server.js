// GET omnichannel/contact over the tables of the server, as one would write it with Fastify and pg: one process, a
// pool of eight connections, one named statement for a request. It checks what the server checks: the token by its
// SHA-256, whose it is, that the user is active, that one of the user's roles holds the permission. Deliberately
// absent: request logs, a limit of calls, other endpoints.

import { createHash } from "node:crypto";

import Fastify from "fastify";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 });

// $1 hashed token, $2 user id, $3 permission, $4 visitor id; no row: not signed in.
const text = `
  select
    exists (
      select from user_roles r
      join permission_roles g on g.role_id = r.role_id
      where r.user_id = u.user_id and g.permission_id = $3
    ) as allowed,
    v.visitor_id, v.username, v.ts, v.token, v.updated_at, v.manager_json, v.livechat_data_json, v.name,
    v.phones_json, v.emails_json, v.department, v.last_chat_json, v.last_agent_json, v.status, v.activity_json,
    v.user_agent, v.ip, v.host, v.external_ids_json, v.disabled
  from login_tokens t
  join users u on u.user_id = t.user_id
  left join visitors v on v.visitor_id = $4
  where t.hashed_token = $1 and u.user_id = $2 and u.active`;

const json = (value) => (value === null ? undefined : JSON.parse(value));
const time = (millis) => (millis === null ? undefined : new Date(Number(millis)).toISOString());
const given = (value) => value ?? undefined;

const contact = (row) => ({
  _id: row.visitor_id,
  username: given(row.username),
  ts: time(row.ts),
  token: given(row.token),
  _updatedAt: time(row.updated_at),
  contactManager: json(row.manager_json),
  livechatData: json(row.livechat_data_json),
  name: given(row.name),
  phone: json(row.phones_json)?.map((phoneNumber) => ({ phoneNumber })),
  visitorEmails: json(row.emails_json)?.map((address) => ({ address })),
  department: given(row.department),
  lastChat: json(row.last_chat_json),
  lastAgent: json(row.last_agent_json),
  status: given(row.status),
  activity: json(row.activity_json),
  userAgent: given(row.user_agent),
  ip: given(row.ip),
  host: given(row.host),
  externalIds: json(row.external_ids_json),
});

const app = Fastify({ logger: false });
const schema = { querystring: { type: "object", required: ["contactId"], properties: { contactId: { type: "string" } } } };

app.get("/api/v1/omnichannel/contact", { schema }, async (request, reply) => {
  const hashed = createHash("sha256").update(request.headers["x-auth-token"] ?? "").digest("base64");
  const values = [hashed, request.headers["x-user-id"], "view-l-room", request.query.contactId];
  const row = (await pool.query({ name: "contact", text, values })).rows[0];
  if (row === undefined) {
    return reply.code(401).send({ success: false, status: "error", message: "You must be logged in to do this." });
  }
  if (!row.allowed) {
    return reply.code(403).send({ success: false, error: "unauthorized" });
  }
  return { contact: row.visitor_id === null || row.disabled ? null : contact(row), success: true };
});

const address = await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT ?? 0) });
console.error(`serves on ${address}`);
