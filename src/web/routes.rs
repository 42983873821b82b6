//! Every URL of the program on one page, and what it needs.

use std::sync::LazyLock;

use actix_web::dev::ResourceDef;
use actix_web::web::{self, ServiceConfig};
use actix_web::{Route as ActixRoute, guard};

use crate::policy::Capability;

/// What a route asks of whoever calls it. [`super::viewer::Viewer`] checks it
/// before the handler runs; `tests/` walk the table with every kind of caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nobody needs to be signed in.
    Nothing,
    /// A user, in a workspace or not.
    User,
    /// A member of the workspace chosen in the session.
    Member,
    /// A member for whom the conversation `{id}` exists; the verb behind it
    /// decides the rest from who holds it.
    Conversation,
    /// The same, with a role that may do this.
    ConversationMay(Capability, &'static str),
    /// The same, by whoever may say who owns it.
    ConversationReassign(&'static str),
    /// A member who may hand on conversations, any or their own.
    PassOn(&'static str),
    /// A role that may do this; the words say what is refused otherwise.
    May(Capability, &'static str),
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub needs: Needs,
}

macro_rules! routes {
    ($($method:ident $path:literal $needs:expr => $handler:path;)*) => {
        /// The whole table.
        pub const ALL: &[Route] = &[
            $(Route { method: stringify!($method), path: $path, needs: $needs },)*
        ];

        /// Registers every route of the table.
        pub fn configure(cfg: &mut ServiceConfig) {
            $(cfg.service(
                web::resource($path)
                    .guard(method(stringify!($method)))
                    .app_data($needs)
                    .route(ActixRoute::new().to($handler)),
            );)*
            cfg.default_service(web::to(super::error_pages::unrouted));
        }
    };
}

/// The page that a form stands on: the path that it is posted to, or the nearest above it
/// that can be loaded. `None` where no form is posted there.
pub fn page_of_form(path: &str) -> Option<&str> {
    let mut all_above = std::iter::successors(Some(path), above);
    is_known("POST", path).then(|| all_above.find(|path| is_known("GET", path)))?
}

/// The page whose address this is but for the slash at its end.
pub fn page_before_slash(path: &str) -> Option<&str> {
    path.strip_suffix('/').filter(|page| is_known("GET", page))
}

/// The methods that an address takes, as its `Allow` lists them; `None` where nothing is.
pub fn allowed(path: &str) -> Option<String> {
    let known = [("GET", "GET, HEAD"), ("POST", "POST")];
    let methods = known.iter().filter(|(method, _)| is_known(method, path)).map(|(_, all)| *all);
    Some(methods.collect::<Vec<_>>().join(", ")).filter(|methods| !methods.is_empty())
}

fn is_known(method: &str, path: &str) -> bool {
    static PATHS: LazyLock<Vec<(&str, ResourceDef)>> = LazyLock::new(|| {
        ALL.iter().map(|route| (route.method, ResourceDef::new(route.path))).collect()
    });
    PATHS.iter().any(|(known, def)| *known == method && def.is_match(path))
}

fn above<'a>(path: &&'a str) -> Option<&'a str> {
    let (above, last) = path.rsplit_once('/')?;
    (!last.is_empty()).then_some(if above.is_empty() { "/" } else { above })
}

/// HEAD is a GET whose body nobody reads.
fn method(name: &str) -> impl guard::Guard + 'static {
    let is_get = name == "GET";
    guard::fn_guard(move |context| match context.head().method.as_str() {
        "GET" | "HEAD" => is_get,
        "POST" => !is_get,
        _ => false,
    })
}

use Needs::{
    Conversation, ConversationMay, ConversationReassign, May, Member, Nothing, PassOn, User,
};

/// Where mail programs end our mails (RFC 8058): they send no browser's word on where
/// they come from, and the token in the address is all that counts.
pub const FROM_ANYWHERE: &str = "/unsubscribe";

// What is refused to whoever may not, where handlers say it, too.
pub(super) const CONNECTING: &str = "connecting a channel";
pub(super) const TEAM: &str = "changing the team";
pub(super) const WORKSPACE: &str = "changing the workspace";
pub(super) const AUDIT_LOG: &str = "the audit log";
pub(super) const OWNER: &str = "saying who owns a conversation";
const CONTACTS: &str = "Contacts";
const CONTACT_FIELDS: &str = "Contact fields";
const QUICK_REPLIES: &str = "Quick replies";

routes! {
    GET "/healthz" Nothing => super::health::healthz;
    GET "/static/{hash}/{name:.*}" Nothing => super::assets::serve;
    GET "/service-worker.js" Nothing => super::assets::service_worker;
    GET "/" Nothing => super::inbox::home;

    // Paths are tried in this order: what people load all day stands before the rest.
    GET "/inbox" Member => super::inbox::index;
    GET "/conversations/new" Member => super::compose::new;
    POST "/conversations/new" Member => super::compose::begin;
    GET "/conversations/{id}" Conversation => super::conversations::show;

    GET "/live" Member => super::live::stream;

    GET "/pictures/{key}" Nothing => super::pictures::show;

    GET "/login" Nothing => super::doors::sign_in::show;
    POST "/login" Nothing => super::doors::sign_in::submit;
    POST "/logout" Nothing => super::doors::sign_in::sign_out;
    GET "/forgot-password" Nothing => super::doors::recovery::forgot;
    POST "/forgot-password" Nothing => super::doors::recovery::send_link;
    GET "/reset-password" Nothing => super::doors::recovery::choose_password;
    POST "/reset-password" Nothing => super::doors::recovery::reset_password;
    GET "/verify-address" Nothing => super::doors::recovery::confirm_address;
    POST "/verify-address" Nothing => super::doors::recovery::verify_address;

    GET "/unsubscribe" Nothing => super::doors::unsubscribe::show;
    POST "/unsubscribe" Nothing => super::doors::unsubscribe::stop;

    GET "/register" Nothing => super::doors::register::show;
    POST "/register" Nothing => super::doors::register::submit;
    GET "/workspaces" User => super::doors::workspaces::choose;
    POST "/workspaces/switch" User => super::doors::workspaces::switch;

    GET "/settings" Member => super::settings::index;
    GET "/settings/team" May(Capability::ManageTeam, TEAM) => super::team::index;
    GET "/settings/team/invite" May(Capability::ManageTeam, TEAM) => super::team::invitations::new;
    POST "/settings/team/invite" May(Capability::ManageTeam, TEAM) => super::team::invitations::invite;
    POST "/settings/team/members/{id}/role" May(Capability::ManageTeam, TEAM) => super::team::change_role;
    GET "/settings/team/members/{id}/away" May(Capability::ManageTeam, TEAM) => super::team::away::show;
    POST "/settings/team/members/{id}/away" May(Capability::ManageTeam, TEAM) => super::team::away::save;
    GET "/settings/team/members/{id}/remove" May(Capability::ManageTeam, TEAM) => super::team::removal::confirm;
    POST "/settings/team/members/{id}/remove" May(Capability::ManageTeam, TEAM) => super::team::removal::remove;
    POST "/settings/team/invitations/{id}/resend" May(Capability::ManageTeam, TEAM) => super::team::invitations::resend;
    POST "/settings/team/invitations/{id}/revoke" May(Capability::ManageTeam, TEAM) => super::team::invitations::revoke;
    GET "/settings/team/invitations/{id}/link" May(Capability::ManageTeam, TEAM) => super::team::invitations::link;
    GET "/settings/billing" May(Capability::Billing, "Billing") => super::billing::index;
    POST "/settings/billing" May(Capability::Billing, "Billing") => super::billing::change_plan;
    GET "/settings/workspace" May(Capability::WorkspaceSettings, WORKSPACE) => super::workspace::index;
    POST "/settings/workspace" May(Capability::WorkspaceSettings, WORKSPACE) => super::workspace::save;
    POST "/settings/workspace/logo" May(Capability::WorkspaceSettings, WORKSPACE) => super::workspace::logo::save;
    POST "/settings/workspace/test-mail" May(Capability::WorkspaceSettings, WORKSPACE) => super::workspace::send_test_mail;
    GET "/settings/workspace/export" May(Capability::WorkspaceSettings, WORKSPACE) => super::workspace::export::export;
    GET "/settings/workspace/delete" May(Capability::WorkspaceSettings, WORKSPACE) => super::workspace::confirm_delete;
    POST "/settings/workspace/delete" May(Capability::WorkspaceSettings, WORKSPACE) => super::workspace::delete;

    GET "/settings/audit-log" May(Capability::AuditLog, AUDIT_LOG) => super::audit_log::index;
    POST "/settings/audit-log/export" May(Capability::AuditLog, AUDIT_LOG) => super::audit_log::export;

    GET "/settings/profile" Member => super::profile::show;
    POST "/settings/profile" Member => super::profile::save;
    POST "/settings/profile/away" Member => super::profile::away::save;
    POST "/settings/profile/picture" Member => super::profile::picture::save;
    POST "/settings/profile/email" Member => super::profile::change_address;
    POST "/settings/profile/verify" Member => super::profile::send_proof;
    POST "/settings/profile/password" Member => super::profile::password::change;
    POST "/settings/profile/sign-out-everywhere" Member => super::profile::sign_out_everywhere;
    POST "/settings/profile/devices" Member => super::profile::devices::add;
    POST "/settings/profile/devices/remove" Member => super::profile::devices::remove;
    GET "/settings/profile/leave" Member => super::profile::leave::confirm;
    POST "/settings/profile/leave" Member => super::profile::leave::leave;

    GET "/settings/inboxes" May(Capability::ManageInboxes, "Inboxes") => super::inboxes::index;
    GET "/settings/inboxes/new" May(Capability::ManageInboxes, "Inboxes") => super::inboxes::new;
    POST "/settings/inboxes/new" May(Capability::ManageInboxes, "Inboxes") => super::inboxes::add;
    GET "/settings/inboxes/new/email" May(Capability::ConnectChannels, CONNECTING) => super::inboxes::email::new;
    POST "/settings/inboxes/new/email" May(Capability::ConnectChannels, CONNECTING) => super::inboxes::email::add;
    POST "/settings/inboxes/{id}/connection" May(Capability::ConnectChannels, CONNECTING) => super::inboxes::email::change;
    GET "/settings/inboxes/{id}" May(Capability::ManageInboxes, "Inboxes") => super::inboxes::edit;
    POST "/settings/inboxes/{id}" May(Capability::ManageInboxes, "Inboxes") => super::inboxes::change;
    GET "/settings/inboxes/{id}/look" May(Capability::ManageInboxes, "Inboxes") => super::inboxes::look::show;
    POST "/settings/inboxes/{id}/look" May(Capability::ManageInboxes, "Inboxes") => super::inboxes::look::save;
    GET "/settings/inboxes/{id}/hours" May(Capability::ManageInboxes, "Inboxes") => super::inboxes::opening::show;
    POST "/settings/inboxes/{id}/hours" May(Capability::ManageInboxes, "Inboxes") => super::inboxes::opening::save;
    POST "/settings/inboxes/{id}/archive" May(Capability::ManageInboxes, "Inboxes") => super::inboxes::archive::archive;
    POST "/settings/inboxes/{id}/unarchive" May(Capability::ManageInboxes, "Inboxes") => super::inboxes::archive::unarchive;
    GET "/settings/inboxes/{id}/team" May(Capability::ManageInboxes, "Inboxes") => super::inboxes::team::show;
    POST "/settings/inboxes/{id}/team" May(Capability::ManageInboxes, "Inboxes") => super::inboxes::team::save;

    GET "/settings/labels" May(Capability::ManageLabels, "Labels") => super::labels::index;
    GET "/settings/labels/new" May(Capability::ManageLabels, "Labels") => super::labels::new;
    POST "/settings/labels/new" May(Capability::ManageLabels, "Labels") => super::labels::add;
    GET "/settings/labels/{id}" May(Capability::ManageLabels, "Labels") => super::labels::edit;
    POST "/settings/labels/{id}" May(Capability::ManageLabels, "Labels") => super::labels::change;
    GET "/settings/labels/{id}/merge" May(Capability::ManageLabels, "Labels") => super::labels::ending::choose;
    POST "/settings/labels/{id}/merge" May(Capability::ManageLabels, "Labels") => super::labels::ending::merge;
    GET "/settings/labels/{id}/delete" May(Capability::ManageLabels, "Labels") => super::labels::ending::confirm;
    POST "/settings/labels/{id}/delete" May(Capability::ManageLabels, "Labels") => super::labels::ending::delete;

    GET "/settings/contact-fields" May(Capability::ManageContactFields, CONTACT_FIELDS) => super::contact_fields::index;
    GET "/settings/contact-fields/new" May(Capability::ManageContactFields, CONTACT_FIELDS) => super::contact_fields::new;
    POST "/settings/contact-fields/new" May(Capability::ManageContactFields, CONTACT_FIELDS) => super::contact_fields::add;
    GET "/settings/contact-fields/{id}" May(Capability::ManageContactFields, CONTACT_FIELDS) => super::contact_fields::edit;
    POST "/settings/contact-fields/{id}" May(Capability::ManageContactFields, CONTACT_FIELDS) => super::contact_fields::change;
    POST "/settings/contact-fields/{id}/move" May(Capability::ManageContactFields, CONTACT_FIELDS) => super::contact_fields::reorder;
    GET "/settings/contact-fields/{id}/delete" May(Capability::ManageContactFields, CONTACT_FIELDS) => super::contact_fields::confirm;
    POST "/settings/contact-fields/{id}/delete" May(Capability::ManageContactFields, CONTACT_FIELDS) => super::contact_fields::delete;

    GET "/settings/quick-replies" May(Capability::ManageQuickReplies, QUICK_REPLIES) => super::quick_replies::index;
    GET "/settings/quick-replies/new" May(Capability::ManageQuickReplies, QUICK_REPLIES) => super::quick_replies::new;
    POST "/settings/quick-replies/new" May(Capability::ManageQuickReplies, QUICK_REPLIES) => super::quick_replies::add;
    GET "/settings/quick-replies/{id}" May(Capability::ManageQuickReplies, QUICK_REPLIES) => super::quick_replies::edit;
    POST "/settings/quick-replies/{id}" May(Capability::ManageQuickReplies, QUICK_REPLIES) => super::quick_replies::change;
    GET "/settings/quick-replies/{id}/delete" May(Capability::ManageQuickReplies, QUICK_REPLIES) => super::quick_replies::confirm;
    POST "/settings/quick-replies/{id}/delete" May(Capability::ManageQuickReplies, QUICK_REPLIES) => super::quick_replies::delete;

    GET "/chat/{key}" Nothing => super::chat::show;
    POST "/chat/{key}" Nothing => super::chat::write;
    GET "/chat/{key}/messages" Nothing => super::chat::messages;
    GET "/chat/{key}/live" Nothing => super::chat::stream;
    POST "/chat/{key}/here" Nothing => super::chat::here;
    POST "/chat/{key}/files" Nothing => super::chat::file;
    GET "/chat/{key}/files/{id}/{name}" Nothing => super::chat::show_file;
    GET "/chat/{key}/embed.js" Nothing => super::chat::embed_script;

    GET "/contacts" May(Capability::Contacts, CONTACTS) => super::contacts::index;
    GET "/contacts/export" May(Capability::Contacts, CONTACTS) => super::contacts::export;
    GET "/contacts/new" May(Capability::Contacts, CONTACTS) => super::contacts::new;
    POST "/contacts/new" May(Capability::Contacts, CONTACTS) => super::contacts::add;
    GET "/contacts/import" May(Capability::Contacts, CONTACTS) => super::contacts::import_form;
    POST "/contacts/import" May(Capability::Contacts, CONTACTS) => super::contacts::import;
    GET "/contacts/imports/{id}" May(Capability::Contacts, CONTACTS) => super::contacts::show_import;
    POST "/contacts/imports/{id}/columns" May(Capability::Contacts, CONTACTS) => super::contacts::set_columns;
    POST "/contacts/imports/{id}/start" May(Capability::Contacts, CONTACTS) => super::contacts::start;
    POST "/contacts/imports/{id}/cancel" May(Capability::Contacts, CONTACTS) => super::contacts::cancel;
    GET "/contacts/imports/{id}/refused" May(Capability::Contacts, CONTACTS) => super::contacts::download_refused;
    GET "/contacts/{id}" May(Capability::Contacts, CONTACTS) => super::contacts::show;
    POST "/contacts/{id}" May(Capability::Contacts, CONTACTS) => super::contacts::save;
    POST "/contacts/{id}/addresses/remove" May(Capability::Contacts, CONTACTS) => super::contacts::remove_address;
    POST "/contacts/{id}/block" May(Capability::Contacts, CONTACTS) => super::contacts::block;
    POST "/contacts/{id}/unblock" May(Capability::Contacts, CONTACTS) => super::contacts::unblock;
    GET "/contacts/{id}/merge" May(Capability::Contacts, CONTACTS) => super::contacts::choose;
    POST "/contacts/{id}/merge" May(Capability::Contacts, CONTACTS) => super::contacts::merge;
    POST "/contacts/{id}/unmerge" May(Capability::Contacts, CONTACTS) => super::contacts::unmerge;
    GET "/contacts/{id}/delete" May(Capability::DeleteContacts, "deleting contacts") => super::contacts::confirm;
    POST "/contacts/{id}/delete" May(Capability::DeleteContacts, "deleting contacts") => super::contacts::delete;
    POST "/contacts/{id}/notes" May(Capability::Contacts, CONTACTS) => super::contacts::add_note;
    POST "/contacts/{id}/notes/{note}" May(Capability::Contacts, CONTACTS) => super::contacts::change_note;
    POST "/contacts/{id}/notes/{note}/delete" May(Capability::Contacts, CONTACTS) => super::contacts::delete_note;

    GET "/reports" May(Capability::Reports, "Reports") => super::reports::index;
    GET "/reports/{table}/csv" May(Capability::Reports, "Reports") => super::reports::download;

    POST "/inbox/assign" PassOn(OWNER) => super::inbox::assign;
    POST "/inbox/release" Member => super::inbox::release;
    POST "/inbox/label" Member => super::inbox::label;
    POST "/inbox/snooze" Member => super::inbox::snooze;
    POST "/inbox/resolve" Member => super::inbox::resolve;
    POST "/inbox/reopen" Member => super::inbox::reopen;
    POST "/inbox/spam" Member => super::inbox::spam;
    POST "/inbox/not-spam" Member => super::inbox::not_spam;
    POST "/conversations/{id}/claim" Conversation => super::conversations::claim;
    POST "/conversations/{id}/release" Conversation => super::conversations::release;
    POST "/conversations/{id}/take-over" ConversationMay(Capability::Assign, OWNER) => super::conversations::take_over;
    POST "/conversations/{id}/assign" ConversationReassign(OWNER) => super::conversations::assign;
    POST "/conversations/{id}/resolve" Conversation => super::conversations::resolve;
    POST "/conversations/{id}/reopen" Conversation => super::conversations::reopen;
    POST "/conversations/{id}/snooze" Conversation => super::conversations::snooze;
    POST "/conversations/{id}/spam" Conversation => super::conversations::spam;
    POST "/conversations/{id}/not-spam" Conversation => super::conversations::not_spam;
    POST "/conversations/{id}/reply" Conversation => super::conversations::reply;
    POST "/conversations/{id}/draft" Conversation => super::conversations::draft;
    POST "/conversations/{id}/messages/{message}/undo" Conversation => super::conversations::undo;
    POST "/conversations/{id}/messages/{message}/send" Conversation => super::conversations::send_again;
    POST "/conversations/{id}/files" Conversation => super::conversations::file;
    GET "/attachments/{id}/{name}" Member => super::attachments::show;
    GET "/mails/{id}" Member => super::mails::show;
    GET "/mails/{id}/original" Member => super::mails::original;
    POST "/conversations/{id}/notes" Conversation => super::conversations::note;
    POST "/conversations/{id}/notes/{note}" Conversation => super::conversations::change_note;
    POST "/conversations/{id}/notes/{note}/delete" Conversation => super::conversations::delete_note;
    GET "/conversations/{id}/quick-reply" Conversation => super::conversations::quick_reply;
    POST "/conversations/{id}/insert" Conversation => super::conversations::insert;
    POST "/conversations/{id}/here" Conversation => super::conversations::here;
    POST "/conversations/{id}/now" Conversation => super::conversations::now;
    POST "/conversations/{id}/label" Conversation => super::conversations::label;
    POST "/conversations/{id}/unlabel" Conversation => super::conversations::unlabel;
    GET "/sent" Member => super::sent::show;
    GET "/search" Member => super::search::index;
    GET "/saved-views" Member => super::saved_views::index;
    GET "/saved-views/new" Member => super::saved_views::new;
    POST "/saved-views/new" Member => super::saved_views::add;
    GET "/saved-views/{id}" Member => super::saved_views::edit;
    POST "/saved-views/{id}" Member => super::saved_views::change;
    GET "/saved-views/{id}/delete" Member => super::saved_views::confirm;
    POST "/saved-views/{id}/delete" Member => super::saved_views::delete;
    POST "/undo/{id}" Member => super::undo::undo;
    GET "/shortcuts" Member => super::shortcuts::show;

    GET "/notifications" Member => super::notifications::index;
    POST "/notifications/read" Member => super::notifications::read_all;
}
