//! Who may call what: every route of the program, with what each kind of person
//! gets. The walk sends a request that is right in every other way, and looks
//! into the database for what it did.

mod order;
mod requests;
mod state;
mod workspaces;
mod world;

use baton::web::routes;

use requests::request;
use state::State;
use world::{Who, World};

/// A line is a route and the status for
/// Administrator, Manager, the Agent who owns the conversation, another Agent,
/// the Administrator of another workspace, and somebody without a session.
/// `login`: 303 to the sign-in page, and from there back.
///
/// Claim, reply, note and what changes a conversation tell another Agent who holds
/// it (409): they may have had its page open, and their text must not get lost. The
/// page shows nothing of the thread.
const TABLE: &str = "
GET  /healthz                                 200  200  200  200  200  200
GET  /static/{hash}/{name:.*}                 200  200  200  200  200  200
GET  /service-worker.js                       200  200  200  200  200  200
GET  /                                        303  303  303  303  303  303
GET  /live                                    200  200  200  200  200  login
GET  /pictures/{key}                          200  200  200  200  200  200

GET  /login                                   303  303  303  303  303  200
POST /login                                   303  303  303  303  303  303
POST /logout                                  303  303  303  303  303  303
GET  /forgot-password                         200  200  200  200  200  200
POST /forgot-password                         200  200  200  200  200  200
GET  /reset-password                          200  200  200  200  200  200
POST /reset-password                          303  303  303  303  303  303
GET  /verify-address                          200  200  200  200  200  403
POST /verify-address                          303  303  303  303  303  403
GET  /register                                200  200  200  200  200  200
POST /register                                409  409  409  409  409  303
GET  /workspaces                              200  200  200  200  200  login
POST /workspaces/switch                       303  303  303  303  404  login

GET  /unsubscribe                             200  200  200  200  200  200
POST /unsubscribe                             200  200  200  200  200  200

GET  /settings                                303  303  303  303  303  login
GET  /settings/team                           200  403  403  403  200  login
GET  /settings/team/invite                    200  403  403  403  200  login
POST /settings/team/invite                    303  403  403  403  303  login
POST /settings/team/members/{id}/role         303  403  403  403  404  login
GET  /settings/team/members/{id}/away         200  403  403  403  404  login
POST /settings/team/members/{id}/away         303  403  403  403  404  login
GET  /settings/team/members/{id}/remove       200  403  403  403  404  login
POST /settings/team/members/{id}/remove       303  403  403  403  404  login
POST /settings/team/invitations/{id}/resend   303  403  403  403  404  login
POST /settings/team/invitations/{id}/revoke   303  403  403  403  404  login
GET  /settings/team/invitations/{id}/link     200  403  403  403  404  login
GET  /settings/billing                        200  403  403  403  200  login
POST /settings/billing                        303  403  403  403  303  login
GET  /settings/workspace                      200  403  403  403  200  login
POST /settings/workspace                      303  403  403  403  303  login
POST /settings/workspace/logo                 303  403  403  403  303  login
POST /settings/workspace/test-mail            303  403  403  403  303  login
GET  /settings/workspace/export               200  403  403  403  200  login
GET  /settings/workspace/delete               200  403  403  403  200  login
GET  /settings/audit-log                      200  403  403  403  200  login
POST /settings/audit-log/export               200  403  403  403  200  login
GET  /settings/inboxes                        200  200  403  403  200  login
GET  /settings/inboxes/new                    200  200  403  403  200  login
POST /settings/inboxes/new                    303  303  403  403  303  login
GET  /settings/inboxes/new/email              200  403  403  403  200  login
POST /settings/inboxes/new/email              303  403  403  403  303  login
POST /settings/inboxes/{id}/connection        303  403  403  403  404  login
GET  /settings/inboxes/{id}                   200  200  403  403  404  login
POST /settings/inboxes/{id}                   303  303  403  403  404  login
GET  /settings/inboxes/{id}/look              200  200  403  403  404  login
POST /settings/inboxes/{id}/look              303  303  403  403  404  login
GET  /settings/inboxes/{id}/hours             200  200  403  403  404  login
POST /settings/inboxes/{id}/hours             303  303  403  403  404  login
POST /settings/inboxes/{id}/archive           303  303  403  403  404  login
POST /settings/inboxes/{id}/unarchive         303  303  403  403  404  login
GET  /settings/inboxes/{id}/team              200  200  403  403  404  login
POST /settings/inboxes/{id}/team              303  303  403  403  404  login
GET  /settings/labels                         200  200  403  403  200  login
GET  /settings/labels/new                     200  200  403  403  200  login
POST /settings/labels/new                     303  303  403  403  303  login
GET  /settings/labels/{id}                    200  200  403  403  404  login
POST /settings/labels/{id}                    303  303  403  403  404  login
GET  /settings/labels/{id}/merge              200  200  403  403  404  login
POST /settings/labels/{id}/merge              303  303  403  403  404  login
GET  /settings/labels/{id}/delete             200  200  403  403  404  login
POST /settings/labels/{id}/delete             303  303  403  403  404  login
GET  /settings/contact-fields                 200  200  403  403  200  login
GET  /settings/contact-fields/new             200  200  403  403  200  login
POST /settings/contact-fields/new             303  303  403  403  303  login
GET  /settings/contact-fields/{id}            200  200  403  403  404  login
POST /settings/contact-fields/{id}            303  303  403  403  404  login
POST /settings/contact-fields/{id}/move       303  303  403  403  404  login
GET  /settings/contact-fields/{id}/delete     200  200  403  403  404  login
POST /settings/contact-fields/{id}/delete     303  303  403  403  404  login
GET  /settings/quick-replies                  200  200  403  403  200  login
GET  /settings/quick-replies/new              200  200  403  403  200  login
POST /settings/quick-replies/new              303  303  403  403  303  login
GET  /settings/quick-replies/{id}             200  200  403  403  404  login
POST /settings/quick-replies/{id}             303  303  403  403  404  login
GET  /settings/quick-replies/{id}/delete      200  200  403  403  404  login
POST /settings/quick-replies/{id}/delete      303  303  403  403  404  login

GET  /settings/profile                        200  200  200  200  200  login
POST /settings/profile                        303  303  303  303  303  login
POST /settings/profile/away                   303  303  303  303  303  login
POST /settings/profile/picture                303  303  303  303  303  login
POST /settings/profile/email                  303  303  303  303  303  login
POST /settings/profile/verify                 303  303  303  303  303  login
POST /settings/profile/password               303  303  303  303  303  login
POST /settings/profile/sign-out-everywhere    303  303  303  303  303  login
POST /settings/profile/devices                303  303  303  303  303  login
POST /settings/profile/devices/remove         303  303  303  303  303  login
GET  /settings/profile/leave                  303  200  200  200  303  login
POST /settings/profile/leave                  409  303  303  303  409  login

GET  /chat/{key}                              200  200  200  200  200  200
POST /chat/{key}                              303  303  303  303  303  303
GET  /chat/{key}/messages                     404  404  404  404  404  404
GET  /chat/{key}/live                         404  404  404  404  404  404
POST /chat/{key}/here                         404  404  404  404  404  404
POST /chat/{key}/files                        422  422  422  422  422  422
GET  /chat/{key}/files/{id}/{name}            404  404  404  404  404  404
GET  /chat/{key}/embed.js                     200  200  200  200  200  200

GET  /sent                                    200  200  200  200  200  login
GET  /contacts                                200  200  200  200  200  login
GET  /contacts/new                            200  200  200  200  200  login
POST /contacts/new                            303  303  303  303  303  login
GET  /contacts/{id}                           200  200  200  200  404  login
POST /contacts/{id}                           303  303  303  303  404  login
POST /contacts/{id}/notes                     303  303  303  303  404  login
POST /contacts/{id}/notes/{note}              303  303  303  303  404  login
POST /contacts/{id}/notes/{note}/delete       303  303  303  303  404  login
GET  /contacts/export                         200  200  200  200  200  login
GET  /contacts/import                         200  200  200  200  200  login
POST /contacts/import                         303  303  303  303  303  login
GET  /contacts/imports/{id}                   200  200  200  200  404  login
POST /contacts/imports/{id}/columns           303  303  303  303  404  login
POST /contacts/imports/{id}/start             303  303  303  303  404  login
POST /contacts/imports/{id}/cancel            303  303  303  303  404  login
GET  /contacts/imports/{id}/refused           200  200  200  200  404  login
GET  /contacts/{id}/merge                     200  200  200  200  404  login
POST /contacts/{id}/merge                     303  303  303  303  404  login
POST /contacts/{id}/unmerge                   303  303  303  303  404  login
GET  /contacts/{id}/delete                    200  403  403  403  404  login
POST /contacts/{id}/delete                    303  403  403  403  404  login
POST /contacts/{id}/block                     303  303  303  303  404  login
POST /contacts/{id}/addresses/remove          303  303  303  303  404  login
POST /contacts/{id}/unblock                   303  303  303  303  404  login

GET  /reports                                 200  200  403  403  200  login
GET  /reports/{table}/csv                     200  200  403  403  200  login

GET  /inbox                                   200  200  200  200  200  login
POST /inbox/assign                            303  303  403  403  409  login
POST /inbox/release                           303  303  303  409  409  login
POST /inbox/label                             303  303  303  409  409  login
POST /inbox/snooze                            303  303  303  409  409  login
POST /inbox/resolve                           303  303  303  409  409  login
POST /inbox/reopen                            303  303  303  409  409  login
POST /inbox/spam                              303  303  303  409  409  login
POST /inbox/not-spam                          303  303  303  409  409  login
GET  /search                                  200  200  200  200  200  login
GET  /saved-views                             200  200  200  200  200  login
GET  /saved-views/new                         200  200  200  200  200  login
POST /saved-views/new                         303  303  303  303  303  login
GET  /saved-views/{id}                        404  404  200  404  404  login
POST /saved-views/{id}                        404  404  303  404  404  login
GET  /saved-views/{id}/delete                 404  404  200  404  404  login
POST /saved-views/{id}/delete                 404  404  303  404  404  login
POST /undo/{id}                               404  404  303  404  404  login
GET  /conversations/new                       200  200  200  200  200  login
POST /conversations/new                       303  303  303  303  303  login
GET  /conversations/{id}                      200  200  200  404  404  login
POST /conversations/{id}/claim                409  409  303  404  404  login
POST /conversations/{id}/release              303  303  303  404  404  login
POST /conversations/{id}/take-over            303  303  403  404  404  login
POST /conversations/{id}/assign               303  303  403  404  404  login
POST /conversations/{id}/resolve              303  303  303  404  404  login
POST /conversations/{id}/reopen               303  303  303  404  404  login
POST /conversations/{id}/snooze               303  303  303  404  404  login
POST /conversations/{id}/spam                 303  303  303  404  404  login
POST /conversations/{id}/not-spam             303  303  303  404  404  login
POST /conversations/{id}/reply                409  409  303  409  404  login
POST /conversations/{id}/draft                200  200  200  404  404  login
POST /conversations/{id}/messages/{message}/undo 404 404 303 409 404 login
POST /conversations/{id}/messages/{message}/send 409 409 303 409 404 login
POST /conversations/{id}/files                422  422  422  404  404  login
GET  /attachments/{id}/{name}                 200  200  200  404  404  login
GET  /mails/{id}                              200  200  200  404  404  login
GET  /mails/{id}/original                     200  200  200  404  404  login
POST /conversations/{id}/notes                303  303  303  404  404  login
POST /conversations/{id}/notes/{note}         303  303  303  404  404  login
POST /conversations/{id}/notes/{note}/delete  303  303  303  404  404  login
GET  /conversations/{id}/quick-reply          200  200  200  404  404  login
POST /conversations/{id}/insert               200  200  200  404  404  login
POST /conversations/{id}/here                 200  200  200  404  404  login
POST /conversations/{id}/now                  200  200  200  404  404  login
POST /conversations/{id}/label                303  303  303  404  404  login
POST /conversations/{id}/unlabel              303  303  303  404  404  login
GET  /shortcuts                               200  200  200  200  200  login

GET  /notifications                           200  200  200  200  200  login
POST /notifications/read                      303  303  303  303  303  login

POST /settings/workspace/delete               303  403  403  403  303  login
";

/// Routes that change who is asking: their session, password or membership.
const CHANGE_THE_PERSON: [&str; 9] = [
    "/workspaces/switch",
    "/login",
    "/logout",
    "/reset-password",
    "/verify-address",
    "/settings/profile/verify",
    "/settings/profile/password",
    "/settings/profile/sign-out-everywhere",
    "/settings/profile/leave",
];

/// Allowed, and nothing is different afterwards: it was so already, or nothing is stored.
const WITHOUT_EFFECT: [(&str, Who); 14] = [
    ("/logout", Who::Stranger),
    ("/inbox/reopen", Who::Administrator),
    ("/inbox/reopen", Who::Manager),
    ("/inbox/reopen", Who::Owner),
    ("/inbox/not-spam", Who::Administrator),
    ("/inbox/not-spam", Who::Manager),
    ("/inbox/not-spam", Who::Owner),
    ("/conversations/{id}/claim", Who::Owner),
    ("/conversations/{id}/here", Who::Administrator),
    ("/conversations/{id}/here", Who::Manager),
    ("/conversations/{id}/here", Who::Owner),
    ("/conversations/{id}/now", Who::Administrator),
    ("/conversations/{id}/now", Who::Manager),
    ("/conversations/{id}/now", Who::Owner),
];

/// Refused, and what was typed is kept: for its author, and only where they see it.
const KEEPS_A_DRAFT: [(&str, Who); 2] = [
    ("/conversations/{id}/reply", Who::Administrator),
    ("/conversations/{id}/reply", Who::Manager),
];

/// What reading marks as read, and what tells open pages of it.
const READING: [&str; 4] = ["conversation_reads", "notifications", "live_counters", "live_events"];

/// A way out for data: the log keeps who took it.
const LOGGED: [&str; 2] = ["/contacts/export", "/settings/workspace/export"];

struct Line {
    method: &'static str,
    path: &'static str,
    cells: Vec<&'static str>,
}

fn lines() -> impl Iterator<Item = Line> {
    TABLE.lines().filter(|line| !line.is_empty()).map(|line| {
        let mut words = line.split_whitespace();
        let (method, path) = (words.next().expect("a method"), words.next().expect("a path"));
        let cells: Vec<_> = words.collect();
        assert_eq!(cells.len(), Who::ALL.len(), "{line}");
        Line { method, path, cells }
    })
}

#[test]
fn every_route_is_in_the_table_and_no_other() {
    let mut served: Vec<_> =
        routes::ALL.iter().map(|r| format!("{} {}", r.method, r.path)).collect();
    let mut listed: Vec<_> = lines().map(|line| format!("{} {}", line.method, line.path)).collect();
    served.sort();
    listed.sort();
    let missing: Vec<_> = served.iter().filter(|route| !listed.contains(route)).collect();
    assert!(missing.is_empty(), "routes that the table of permissions does not list: {missing:?}");
    let unknown: Vec<_> = listed.iter().filter(|route| !served.contains(route)).collect();
    assert!(unknown.is_empty(), "lines of the table that are no routes: {unknown:?}");
    assert_eq!(served, listed, "a route stands there twice");
}

#[test]
fn everybody_gets_what_the_table_says_at_the_doors_and_the_chat() {
    let others = ["/settings", "/conversations", "/contacts", "/attachments", "/mails"];
    walk(|path| !others.iter().any(|other| path.starts_with(other)));
}

#[test]
fn everybody_gets_what_the_table_says_in_the_settings() {
    walk(|path| path.starts_with("/settings"));
}

#[test]
fn everybody_gets_what_the_table_says_of_conversations() {
    walk(|path| {
        ["/conversations", "/attachments", "/mails"].iter().any(|area| path.starts_with(area))
    });
}

#[test]
fn everybody_gets_what_the_table_says_of_contacts() {
    walk(|path| path.starts_with("/contacts"));
}

fn walk(is_part: impl Fn(&str) -> bool) {
    let mut wrong = Vec::new();
    let mut world = World::new();
    for line in lines().filter(|line| is_part(line.path)) {
        for (who, expected) in Who::ALL.into_iter().zip(&line.cells) {
            if let Err(found) = try_cell(&world, &line, who, expected) {
                wrong.push(format!("{} {} by {who:?}: {found}", line.method, line.path));
            }
            if line.method == "POST" && *expected == "303" {
                if CHANGE_THE_PERSON.contains(&line.path) {
                    world.restore(who);
                } else if line.path == "/settings/workspace/delete" {
                    world = World::new();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Sends one request; fails with what is not as the cell says.
fn try_cell(world: &World, line: &Line, who: Who, expected: &str) -> Result<(), String> {
    let request = request(world, who, line.method, line.path);
    let before = State::of(&world.instance);
    let answer = request.send();
    let after = State::of(&world.instance);
    let to = answer.location().unwrap_or_default();
    let is_login = to.starts_with("/login?next=");
    let got = if is_login { "login".to_owned() } else { answer.status.to_string() };
    if got != expected {
        return Err(format!("{expected} expected, got {got}: {to} {}", answer.text()));
    }
    if is_login {
        // After a form, the page above it.
        let path: String = url::form_urlencoded::byte_serialize(request.path.as_bytes()).collect();
        let next = to.trim_start_matches("/login?next=");
        let leads_on = if line.method == "GET" { next == path } else { path.starts_with(next) };
        if !leads_on {
            return Err(format!("the sign-in page leads on to {to}"));
        }
    }
    let mut changed = after.changed_since(&before);
    if line.method == "GET" {
        changed.retain(|table| !READING.contains(table));
    }
    if LOGGED.contains(&line.path) && expected == "200" {
        changed.retain(|table| *table != "audit_entries");
    }
    if KEEPS_A_DRAFT.contains(&(line.path, who)) {
        changed.retain(|table| *table != "drafts");
    }
    let is_done = line.method == "POST" && ["200", "303"].contains(&expected);
    if is_done && !WITHOUT_EFFECT.contains(&(line.path, who)) {
        return if changed.is_empty() { Err("nothing was done".to_owned()) } else { Ok(()) };
    }
    if changed.is_empty() { Ok(()) } else { Err(format!("it changed {changed:?}")) }
}
