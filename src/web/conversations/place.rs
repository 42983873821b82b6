//! A member at a conversation: what every handler of a conversation starts from,
//! and the ways in which all of them answer.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use serde::de::DeserializeOwned;

use super::draft as drafting;
use super::load::{self, Loaded};
use super::lost::{Lost, LostPage};
use super::page::Notice;
use super::said::{Said, Unsent};
use crate::App;
use crate::models::attachment::Sender;
use crate::models::conversation;
use crate::models::draft::{self, DraftVersion};
use crate::models::ownership::{self, CurrentOwner, Missing};
use crate::models::undo;
use crate::web::attachments;
use crate::web::error::AppError;
use crate::web::form::{self, Files, TakesFiles};
use crate::web::list::{self, ListQuery};
use crate::web::respond;
use crate::web::undo::offered;
use crate::web::view::{Area, Baton, FileField, Flash};
use crate::web::viewer::Viewer;

/// Who asks, about which conversation, beside which list.
pub struct Place {
    pub app: web::Data<App>,
    pub viewer: Viewer,
    pub id: i64,
    request: HttpRequest,
    /// What the form at hand was about to send.
    typed: Option<draft::Typed>,
}

/// A form sent from a conversation's page.
pub struct Placed<T> {
    pub place: Place,
    pub form: T,
}

/// A form with files, sent from a conversation's page.
pub struct Sent<T> {
    pub place: Place,
    pub form: T,
    pub files: Files,
}

/// Somebody else holds it now.
pub struct Late {
    /// What did not happen.
    pub kind: Lost,
    pub current: CurrentOwner,
    /// What had been typed; nothing after a mere claim.
    pub unsent: Unsent,
}

impl Place {
    fn new(viewer: Viewer, request: HttpRequest) -> Result<Self, AppError> {
        let app = App::of(&request)?.clone();
        let id = part(&request, "id")?;
        Ok(Self { app, viewer, id, request, typed: None })
    }

    /// Another id of the address, such as a note's.
    ///
    /// # Errors
    /// 404 when it is not a number.
    pub fn part(&self, name: &str) -> Result<i64, AppError> {
        part(&self.request, name)
    }

    /// Who acts on what.
    pub fn act(&self) -> ownership::Acting {
        ownership::Acting {
            workspace_id: self.viewer.workspace_id,
            membership_id: self.viewer.membership_id,
            conversation_id: self.id,
        }
    }

    /// The address's query: the list's choice, and the part of the thread.
    pub fn query(&self) -> &str {
        self.request.query_string()
    }

    /// Remembers what a form was about to send, and to whom else, where that was changed:
    /// a page that answers in place of that keeps it as a draft.
    pub fn typing(&mut self, kind: draft::Kind, text: &str, cc: Option<&str>, seen: &DraftVersion) {
        self.typed = drafting::unfinished(kind, text, cc, seen.clone()).ok();
    }

    /// Takes in what came with a form of the member: new files, and those that
    /// came before, by their words.
    ///
    /// # Errors
    /// As [`attachments::take`].
    pub async fn files(&self, words: Vec<String>, files: Files) -> Result<FileField, AppError> {
        let sender = Sender::Member(self.viewer.membership_id);
        attachments::take(&self.app, self.viewer.workspace_id, sender, words, files).await
    }

    /// Everything that the page shows, once what a form was about to send is kept: see
    /// [`Place::typing`].
    ///
    /// # Errors
    /// As [`load::load`].
    pub async fn load(&self) -> Result<Loaded, AppError> {
        if let Some(typed) = self.typed.clone() {
            let act = self.act();
            // Where another page of theirs has other words, those stay, and the page
            // that comes now has not seen them.
            let _refused = self.app.db.write(move |conn| draft::save(conn, act, &typed)).await?;
        }
        load::load(&self.app, &self.viewer, self.query(), self.id).await
    }

    /// The conversation's page, with what is to be said on it.
    ///
    /// # Errors
    /// As [`load::load`].
    pub async fn page(&self, status: StatusCode, said: Said) -> Result<HttpResponse, AppError> {
        let loaded = self.load().await?;
        respond::page(status, &loaded.page(&self.app, &self.viewer, said).await?)
    }

    /// Back to the conversation beside the same list, with what happened.
    pub fn done(&self, words: &str) -> HttpResponse {
        self.done_saying(&Flash::ok(words))
    }

    /// [`Place::done`], with what is to be known besides.
    pub fn done_saying(&self, flash: &Flash) -> HttpResponse {
        respond::see_other_with(&self.app, &self.address(), flash)
    }

    /// [`Place::done`], with what takes it back.
    pub fn done_undoable(&self, words: &str, undo: Option<undo::Id>) -> HttpResponse {
        self.done_saying(&self.undoable(words, undo))
    }

    /// What happened, with what takes it back.
    pub fn undoable(&self, words: &str, undo: Option<undo::Id>) -> Flash {
        offered(words, undo, &self.address())
    }

    /// The conversation beside the same list, and something more in the address.
    pub fn address_with(&self, more: &str) -> String {
        let address = self.address();
        let mark = if address.contains('?') { '&' } else { '?' };
        format!("{address}{mark}{more}")
    }

    fn address(&self) -> String {
        format!("/conversations/{}{}", self.id, self.list())
    }

    /// [`Place::query`] as the end of an address.
    pub fn list(&self) -> String {
        let mark = if self.query().is_empty() { "" } else { "?" };
        format!("{mark}{}", self.query())
    }

    /// The same after a step by which they may have lost sight of it: then the list
    /// says what happened.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn done_with(
        &self,
        words: &str,
        undo: Option<undo::Id>,
    ) -> Result<HttpResponse, AppError> {
        let (workspace_id, actor, id) = (self.viewer.workspace_id, self.viewer.actor(), self.id);
        let visible = self
            .app
            .db
            .read(move |conn| conversation::visible_among(conn, workspace_id, actor, &[id]))
            .await?;
        if visible.is_empty() {
            // Taken back by those alone who may pass on what they own.
            let undo = undo.filter(|_| self.viewer.actor().may_pass_on());
            let flash = offered(words, undo, "/inbox");
            return Ok(respond::see_other_with(&self.app, "/inbox", &flash));
        }
        Ok(self.done_undoable(words, undo))
    }

    /// Who has the conversation, where the member sees it no longer.
    ///
    /// # Errors
    /// Not found when it is not there, or when the database fails.
    pub async fn lost_to(&self) -> Result<Option<CurrentOwner>, AppError> {
        match self.in_sight().await? {
            Ok(()) => Ok(None),
            Err(Missing::Lost(current)) => Ok(Some(current)),
            Err(Missing::NoMember) => Err(AppError::ChooseWorkspace),
            Err(Missing::NotFound) => Err(AppError::NotFound),
        }
    }

    /// Whether the member sees the conversation now, and may write here at all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn in_sight(&self) -> Result<Result<(), Missing>, AppError> {
        let act = self.act();
        let seen = self.app.db.write(move |conn| ownership::lock_seen(conn, act)).await?;
        Ok(seen.map(|_| ()))
    }

    /// What is answered where there is nothing to act on: whoever lost it is told who has
    /// it, with what they were about to send.
    ///
    /// # Errors
    /// Not found when it is not there, or as [`Place::late`].
    pub async fn missing(
        &self,
        kind: Lost,
        unsent: Unsent,
        missing: Missing,
    ) -> Result<HttpResponse, AppError> {
        match missing {
            Missing::NoMember => Err(AppError::ChooseWorkspace),
            Missing::NotFound => Err(AppError::NotFound),
            Missing::Lost(current) => self.late(Late { kind, current, unsent }).await,
        }
    }

    /// 409 for whoever came too late: the conversation as it is now, with all that they
    /// were about to send; or, when they may not see it any more, who has it and their
    /// own text.
    ///
    /// # Errors
    /// As [`load::load`].
    pub async fn late(&self, late: Late) -> Result<HttpResponse, AppError> {
        if !late.current.may_view {
            return self.lost(StatusCode::CONFLICT, late).await;
        }
        let mut said = Said::again(late.kind, late.unsent);
        let gained = late.current.gained;
        match (late.current.owner, late.kind) {
            (Some((_, owner)), Lost::Claim) => {
                said.notice = Some(Notice::ClaimLost { happened: gained.words(&owner) });
            }
            (Some((_, owner)), Lost::Change) => {
                let words = format!("{owner} owns this now. Nothing was changed.");
                said.flash = Some(Flash::warn(words));
            }
            (Some((_, owner)), _) => said.notice = Some(Notice::ReplyLost { owner }),
            (None, _) => {
                said.flash = Some(Flash::warn(
                    "It changed hands meanwhile and is back in the queue. You can claim it now.",
                ));
            }
        }
        self.page(StatusCode::CONFLICT, said).await
    }

    /// Who has the conversation, for whoever may not see it any more, and their own text.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lost(&self, status: StatusCode, late: Late) -> Result<HttpResponse, AppError> {
        let query = web::Query::<ListQuery>::from_query(self.query())
            .map(web::Query::into_inner)
            .unwrap_or_default();
        let chosen = query.beside(&self.viewer);
        let waiting = chosen.of_the_queue();
        let act = self.act();
        let (data, waiting, drafts) = self
            .app
            .db
            .read(move |conn| {
                let drafts = draft::of_conversation(conn, act)?;
                Ok((list::load(conn, chosen)?, list::load(conn, waiting)?, drafts))
            })
            .await?;
        let text = late.unsent.typed;
        let CurrentOwner { owner, since, gained, contact_name, .. } = late.current;
        let since = since.map(|at| self.viewer.hour(at)).unwrap_or_default();
        let page = LostPage {
            chrome: self.viewer.chrome(&self.app, Area::Inbox).await?,
            list: data.pane(&self.viewer, None),
            id: self.id,
            contact_name,
            kind: late.kind,
            owner: owner.map_or(Baton::Free, |(_, name)| Baton::colleague(&name)),
            gained,
            since,
            is_draft: [drafts.reply, drafts.note].iter().any(|one| one.version_of(&text) > 0),
            text,
            next_unassigned: waiting.rows.first().map(|row| row.id),
        };
        respond::page(status, &page)
    }
}

fn part(request: &HttpRequest, name: &str) -> Result<i64, AppError> {
    request.match_info().query(name).parse().map_err(|_| AppError::NotFound)
}

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, AppError>>>>;

impl FromRequest for Place {
    type Error = AppError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::new(Viewer::extract(&request).await?, request) })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Placed<T> {
    type Error = AppError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let sent = form::Act::<T>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let form::Act { viewer, form } = sent.await?;
            Ok(Self { place: Place::new(viewer, request)?, form })
        })
    }
}

impl<T: TakesFiles> FromRequest for Sent<T> {
    type Error = AppError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let sent = form::Upload::<T>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let form::Upload { viewer, form, files } = sent.await?;
            Ok(Self { place: Place::new(viewer, request)?, form, files })
        })
    }
}
