"""Drives the unmodified PyPI client rocketchat_API against a running server.

Usage: drive.py URL USERNAME EMAIL PASSWORD SECRET, of an administrator and of users.createToken.
Each step is a function; the first that does not hold ends the program with its traceback.
"""

import itertools
import sys

import requests
from rocketchat_API.APIExceptions.RocketExceptions import (
    RocketApiException,
    RocketAuthenticationException,
)
from rocketchat_API.rocketchat import RocketChat

URL, USERNAME, EMAIL, PASSWORD, SECRET = sys.argv[1:]
NEW_PASSWORD = "A good password 4 new users!"


def refused(error, error_type, call, *args, **kwargs):
    """The call is refused with exactly this text and this code."""
    try:
        call(*args, **kwargs)
    except RocketApiException as refusal:
        assert (refusal.error, refusal.error_type) == (error, error_type), str(refusal)
        return
    raise AssertionError(f"not refused: {error}")


def not_let_in(call, *args):
    try:
        call(*args)
    except RocketAuthenticationException:
        return
    raise AssertionError("let in")


def log_in_by_name_and_by_email(admin):
    for name in (USERNAME, EMAIL):
        answer = RocketChat(server_url=URL).login(name, PASSWORD)
        assert answer["status"] == "success", answer
        assert answer["data"]["userId"] == admin.headers["X-User-Id"]
        assert answer["data"]["me"]["username"] == USERNAME


def wrong_passwords_are_not_let_in(_):
    not_let_in(RocketChat(server_url=URL).login, USERNAME, "wrong")
    not_let_in(RocketChat(server_url=URL).login, "nobody@example.org", PASSWORD)


def read_the_own_profile(admin):
    me = admin.me()
    assert me["username"] == USERNAME and me["roles"] == ["admin"], me
    assert me["emails"][0]["address"] == EMAIL, me
    presence = admin.users_get_presence(user_id=me["_id"])
    assert {"presence", "connectionStatus", "lastLogin"} <= presence.keys(), presence


def read_the_version(admin):
    assert RocketChat(server_url=URL).info()["version"] == "8.6"
    assert admin.info()["info"]["version"].startswith("8.6.")


def create_find_change_and_delete_a_user(admin):
    made = admin.users_create("mara@example.org", "Mara Lindt", NEW_PASSWORD, "mara.lindt")
    user_id = made["user"]["_id"]
    assert made["user"]["roles"] == ["user"], made
    for found in (
        admin.users_info(user_id=user_id),
        admin.users_info(username="mara.lindt"),
        admin.users_info(email="mara@example.org"),
    ):
        assert found["user"]["_id"] == user_id, found
    refused("User not found.", None, admin.users_info, username="nobody")
    names = [user["username"] for user in admin.users_list(count=1)]
    assert names == sorted(names) and {"mara.lindt", USERNAME} <= set(names), names

    changed = admin.users_update(user_id, name="Mara L.", username="mara.l")
    assert (changed["user"]["name"], changed["user"]["username"]) == ("Mara L.", "mara.l"), changed
    mara = RocketChat("mara.l", NEW_PASSWORD, server_url=URL)
    mara.users_set_status(message="at the desk", status="online")
    assert admin.users_get_presence(username="mara.l")["presence"] == "online"

    assert admin.users_set_active_status(user_id, False)["user"] == {"_id": user_id, "active": False}
    not_let_in(mara.login, "mara.l", NEW_PASSWORD)
    assert admin.users_set_active_status(user_id, True)["user"]["active"] is True
    token = admin.users_create_token(user_id, SECRET)["data"]
    again = RocketChat(server_url=URL, auth_token=token["authToken"], user_id=token["userId"])
    assert again.me()["_id"] == user_id
    admin.users_delete(user_id)
    refused("User not found.", None, admin.users_info, user_id=user_id)


def make_give_take_and_delete_a_role(admin):
    role = admin.roles_create("supervisor", scope="Users", description="Sees everything")["role"]
    assert (role["name"], role["scope"], role["protected"]) == ("supervisor", "Users", False), role
    refused(
        "Role name already exists [error-duplicate-role-names-not-allowed]",
        "error-duplicate-role-names-not-allowed",
        admin.roles_create,
        "supervisor",
    )
    assert role["_id"] in [known["_id"] for known in admin.roles_list()["roles"]]
    given = admin.roles_add_user_to_role(role["_id"], USERNAME)["role"]
    assert given["_id"] == role["_id"], given
    holders = list(admin.roles_get_users_in_role(role=role["_id"]))
    assert [holder["username"] for holder in holders] == [USERNAME], holders
    public = admin.roles_get_users_in_public_roles()["users"]
    assert [user["roles"] for user in public] == [["admin", role["_id"]]], public
    refused(
        "Cannot delete role because it's in use [error-role-in-use]",
        "error-role-in-use",
        admin.roles_delete,
        role["_id"],
    )
    assert admin.roles_remove_user_from_role(role["_id"], USERNAME)["role"]["name"] == "supervisor"
    since = admin.roles_sync("2017-11-25T15:08:17.248Z")["roles"]
    assert role["_id"] in [known["_id"] for known in since["update"]], since
    admin.roles_delete(role["_id"])
    assert role["_id"] not in [known["_id"] for known in admin.roles_list()["roles"]]
    refused(
        "You need to have at least one admin [error-admin-required]",
        "error-admin-required",
        admin.roles_remove_user_from_role,
        "admin",
        USERNAME,
    )


def state_who_holds_what(admin):
    before = {permission["_id"]: permission["roles"] for permission in admin.permissions_list_all()["update"]}
    # The order is not the alphabet's, and it is kept.
    wanted = [
        {"_id": "view-l-room", "roles": ["user", "admin", "bot"]},
        {"_id": "access-permissions", "roles": ["bot", "admin"]},
        {"_id": "add-user-to-any-p-room", "roles": []},
    ]
    answer = admin.permissions_update(wanted)["permissions"]
    after = {permission["_id"]: permission["roles"] for permission in answer}
    assert after == before | {permission["_id"]: permission["roles"] for permission in wanted}
    refused("Invalid permission", "error-invalid-permission", admin.permissions_update, [{"_id": "x", "roles": []}])
    refused(
        "Invalid role",
        "error-invalid-role",
        admin.permissions_update,
        [{"_id": "view-l-room", "roles": ["nobody"]}],
    )
    admin.permissions_update([{"_id": entry["_id"], "roles": before[entry["_id"]]} for entry in wanted])
    assert before == {entry["_id"]: entry["roles"] for entry in admin.permissions_list_all()["update"]}


def read_and_write_settings(admin):
    assert admin.settings_get("API_Allow_Infinite_Count")["value"] is True
    title = admin.settings_get("Livechat_title")["value"]
    admin.settings_update("Livechat_title", "Help yourself")
    assert admin.settings_get("Livechat_title") == {
        "_id": "Livechat_title",
        "value": "Help yourself",
        "success": True,
    }
    public = {setting["_id"]: setting["value"] for setting in RocketChat(server_url=URL).settings_public()}
    assert public["Livechat_title"] == "Help yourself" and "SMTP_Password" not in public
    admin.settings_update("Livechat_title", title)
    paged = [setting["_id"] for setting in admin.settings(count=7)]
    assert paged == sorted(paged) and len(paged) == len(set(paged)) > len(public)
    five = list(itertools.islice(admin.settings(), 5))
    assert [setting["_id"] for setting in five] == paged[:5]
    refused("Unknown error", None, admin.settings_update, "No_Such_Setting", True)
    assert RocketChat(server_url=URL).service_configurations()["configurations"] == []


def see_what_is_licensed(admin):
    licence = admin.licenses_info()["license"]
    assert licence["hasValidLicense"] is True and "license" in licence, licence


def make_agents_and_managers(admin):
    for kind in ("agent", "manager"):
        made = admin.livechat_create_user(kind, username=USERNAME)["user"]
        assert made["username"] == USERNAME, made
        assert [user["_id"] for user in admin.livechat_get_users(kind)] == [made["_id"]]
        known = admin.livechat_get_user(kind, made["_id"])["user"]
        assert known["statusLivechat"] == "available", known
    admin.livechat_delete_user("manager", made["_id"])
    assert list(admin.livechat_get_users("manager")) == []
    refused(
        "Invalid user [error-invalid-user]",
        "error-invalid-user",
        admin.livechat_create_user,
        "agent",
        username="nobody.at.all",
    )


def talk_to_a_visitor(admin):
    admin.settings_update("Livechat_Routing_Method", "Manual_Selection")
    admin.settings_update("Livechat_accept_chats_with_no_agents", True)
    token = "the-visitors-own-secret"
    guest = {"name": "Mara Lindt", "email": "mara@example.org", "phone": "+49 30 123456"}
    visitor = admin.livechat_register_visitor(token, visitor=guest)["visitor"]
    assert visitor["name"] == "Mara Lindt", visitor
    assert admin.livechat_get_visitor(token)["visitor"]["_id"] == visitor["_id"]
    refused("invalid-token", None, admin.livechat_room, "nobody-has-this-token")

    room = admin.livechat_room(token)["room"]
    assert room["open"] is True and room["v"]["_id"] == visitor["_id"], room
    assert admin.livechat_room(token)["room"]["_id"] == room["_id"]
    said = admin.livechat_message(token, room["_id"], "Is anybody there?")["message"]
    assert (said["msg"], said["rid"], said["alias"]) == ("Is anybody there?", room["_id"], "Mara Lindt"), said
    refused("invalid-room", None, admin.livechat_message, token, "no-such-room", "Hello?")

    queued = [inquiry for inquiry in admin.livechat_inquiries_list() if inquiry["rid"] == room["_id"]]
    assert [inquiry["status"] for inquiry in queued] == ["queued"], queued
    inquiry = admin.livechat_inquiries_get_one(room["_id"])["inquiry"]
    assert inquiry["_id"] == queued[0]["_id"], inquiry
    admin.users_set_status("", status="online")
    assert admin.livechat_inquiries_take(inquiry["_id"])["success"] is True
    refused(
        "Inquiry already taken [error-inquiry-taken]",
        "error-inquiry-taken",
        admin.livechat_inquiries_take,
        inquiry["_id"],
    )
    assert list(admin.livechat_inquiries_list()) == []
    taken = [one for one in admin.livechat_rooms() if one["_id"] == room["_id"]]
    assert [one["servedBy"]["username"] for one in taken] == [USERNAME], taken

    history = [message["msg"] for message in admin.livechat_messages_history(room["_id"], token)]
    assert history.count("Is anybody there?") == 1, history
    admin.livechat_delete_user("agent", admin.headers["X-User-Id"])
    assert list(admin.livechat_get_users("agent")) == []


def walk_with_visitors_who_become_contacts(admin):
    """Who writes becomes a contact; who proves to be the same person becomes one with it, and can be erased."""
    get = lambda path, **query: admin.call_api_get(path, **query)
    post = lambda path, **body: admin.call_api_post(path, **body)
    contact_of = lambda room: get("omnichannel/contacts.get", contactId=room["contactId"])["contact"]
    admin.livechat_create_user("agent", username=USERNAME)

    # Somebody writes, and an agent answers.
    admin.livechat_register_visitor("walk-1", visitor={"name": "Ada", "email": "ada@walk.example"})
    room = admin.livechat_room("walk-1")["room"]
    admin.livechat_message("walk-1", room["_id"], "Do you sell tea?")
    ada = contact_of(room)
    assert (ada["name"], ada["unknown"], len(ada["channels"])) == ("Ada", True, 1), ada
    inquiry = admin.livechat_inquiries_get_one(room["_id"])["inquiry"]
    admin.livechat_inquiries_take(inquiry["_id"])
    post("chat.sendMessage", message={"rid": room["_id"], "msg": "We do."})
    post("livechat/room.closeByUser", rid=room["_id"], comment="Sold tea")
    history = get("omnichannel/contacts.history", contactId=ada["_id"])["history"]
    assert [(told["_id"], told["servedBy"]["username"]) for told in history] == [(room["_id"], USERNAME)], history

    # A contact that was prepared by hand adopts whoever has its address and number, however they are written.
    prepared = post(
        "omnichannel/contacts", name="Grace Prepared", emails=["Grace@Walk.example"], phones=["+49 30 1234567"]
    )["contactId"]
    guest = {"name": "Grace", "email": "gRACE@walk.EXAMPLE", "phone": "+49301234567"}
    first = admin.livechat_register_visitor("walk-2", visitor=guest)["visitor"]
    adopted = admin.livechat_room("walk-2")["room"]
    assert (adopted["contactId"], adopted["fname"]) == (prepared, "Grace Prepared"), adopted

    # The same person comes through a widget, and proves it.
    second = admin.livechat_register_visitor("walk-3", visitor={"name": "G. Hopper"})["visitor"]
    cookies = {"rc_room_type": "l", "rc_is_widget": "t"}
    ask = lambda: requests.get(f"{URL}/api/v1/livechat/room", params={"token": "walk-3"}, cookies=cookies)
    through_widget = ask().json()["room"]
    assert through_widget["source"]["type"] == "widget" and through_widget["contactId"] != prepared, through_widget
    proof = {"field": "email", "value": "grace@walk.example"}
    channel = lambda visitor, kind: {"visitorId": visitor["_id"], "source": {"type": kind}}
    verify = "omnichannel/contacts.verifyChannel"
    alone = post(verify, contactId=prepared, visitor=channel(first, "api"), **proof)
    assert alone["mergedContactIds"] == [], alone
    grace_id = through_widget["contactId"]
    united = post(verify, contactId=grace_id, visitor=channel(second, "widget"), **proof)
    assert united["mergedContactIds"] == [prepared], united
    grace = contact_of(through_widget)
    # One other name from the adoption, one from the merge.
    conflicts = [(conflict["field"], conflict["value"]) for conflict in grace["conflictingFields"]]
    assert sorted(conflicts) == [("name", "Grace"), ("name", "Grace Prepared")], grace
    assert len(grace["channels"]) == 2 and grace["phones"] == [{"phoneNumber": "+49 30 1234567"}], grace

    # A human decides about the names; the channel is blocked; everything is erased.
    decided = post("omnichannel/contacts.conflicts", contactId=grace_id, name="Grace Hopper")["result"]
    assert (decided["name"], decided.get("conflictingFields")) == ("Grace Hopper", []), decided
    post("omnichannel/contacts.block", visitor=channel(second, "widget"))
    assert ask().json()["error"] == "error-contact-channel-blocked"
    closed = get("rooms.info", roomId=through_widget["_id"])["room"]
    # A decision about conflicts renames no conversation.
    assert "open" not in closed and closed["fname"] == "G. Hopper", closed
    refused("error-contact-has-open-rooms", None, post, "omnichannel/contacts.delete", contactId=grace_id)
    post("livechat/room.closeByUser", rid=adopted["_id"], comment="Bye")
    assert len(get("omnichannel/contacts.history", contactId=grace_id)["history"]) == 2
    post("omnichannel/contacts.delete", contactId=grace_id)
    for term in ("Grace", "walk.example", "1234567"):
        found = get("omnichannel/contacts.search", searchText=term)["contacts"]
        assert [contact["_id"] for contact in found if contact["_id"] != ada["_id"]] == [], found
    admin.livechat_delete_user("agent", admin.headers["X-User-Id"])


def log_out(admin):
    admin.logout()
    refused(
        "You must be logged in to do this.",
        None,
        admin.me,
    )


STEPS = [
    log_in_by_name_and_by_email,
    wrong_passwords_are_not_let_in,
    read_the_own_profile,
    read_the_version,
    create_find_change_and_delete_a_user,
    make_give_take_and_delete_a_role,
    state_who_holds_what,
    read_and_write_settings,
    see_what_is_licensed,
    make_agents_and_managers,
    talk_to_a_visitor,
    walk_with_visitors_who_become_contacts,
    log_out,
]


def main():
    admin = RocketChat(USERNAME, PASSWORD, server_url=URL)
    for step in STEPS:
        step(admin)
        print("done:", step.__name__.replace("_", " "), flush=True)
    print(f"all {len(STEPS)} steps done")


main()
