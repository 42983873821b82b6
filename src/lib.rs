//! Baton, a team inbox: every conversation has at most one owner, and only the
//! owner can reply. `docs/` tells how it is built, starting with the layers.

// A module stands in the file of its name, and its own modules in the folder beside it.
#![warn(clippy::mod_module_files)]
// No input may make a thread panic. Where a panic is impossible, the `allow` says why.
#![cfg_attr(
    not(test),
    warn(
        clippy::expect_used,
        clippy::panic,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

pub mod channels;
pub mod config;
pub mod db;
pub mod files;
pub mod jobs;
pub mod live;
pub mod mail;
pub mod models;
pub mod net;
pub mod policy;
pub mod rich;
pub mod web;

use std::sync::Arc;

use actix_web::cookie::Key;
use secrecy::ExposeSecret;
use tokio::sync::Notify;

use config::Config;
use db::{Db, DbError};
use models::installation;
use models::password::Hasher;
use models::token::Signer;
use web::form::Arriving;

/// Everything that requests and jobs share.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub config: Arc<Config>,
    pub signer: Signer,
    pub hasher: Hasher,
    /// Wakes the outbox: told after a commit that wrote a delivery.
    pub outbox: Arc<Notify>,
    /// Where the files of messages are.
    pub files: files::Store,
    /// Files that customers are sending.
    pub arriving: Arriving,
    /// The streams of open pages.
    pub live: live::Hub,
    /// Signs the cookies of sessions and flashes.
    pub cookie_key: Key,
}

impl App {
    /// Connects to the database, brings it up to date, and checks that the
    /// secret key is the one it was made with. A new key is kept only once there is a
    /// database to go by it.
    ///
    /// # Errors
    /// One line, fit for an operator.
    pub fn open(mut config: Config) -> Result<Self, String> {
        let db = Db::open(config.location.clone())?;
        let files = files::Store::open(&config.files)?;
        // Before anything arrives: a command of another user's would make it theirs.
        config::create_private_dir(&config.uploads_dir(), "BATON_DATA_DIR")?;
        if let Some(file) = &config.new_key_file {
            let has_key = db.read_now(installation::has_key).map_err(|error| error.to_string())?;
            // Another first start may have kept its key meanwhile, before it told the database.
            if has_key && !file.exists() {
                return Err(installation::Refusal::KeyIsMissing.to_string());
            }
        }
        config.keep_new_key()?;
        let signer = Signer::new(config.secret_key.clone());
        let is_known = db.write_now(|conn| installation::claim_key(conn, &signer.fingerprint()));
        is_known.map_err(|error| error.to_string())?.map_err(|refusal| refusal.to_string())?;
        Ok(Self {
            cookie_key: Key::derive_from(config.secret_key.expose_secret()),
            live: live::Hub::new(db.clone()),
            db,
            signer,
            files,
            arriving: Arriving::default(),
            hasher: Hasher::new(),
            outbox: Arc::new(Notify::new()),
            config: Arc::new(config),
        })
    }

    /// Why this server cannot go on: the database is not the one any more, or does not go by
    /// the key any more, that it was started with.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn misfit(&self) -> Result<Option<String>, DbError> {
        if let Err(moved) = self.db.in_place() {
            return Ok(Some(moved.to_string()));
        }
        let ours = self.signer.fingerprint();
        let is_ours = self.db.read(move |conn| installation::goes_by(conn, &ours)).await?;
        Ok((!is_ours).then(|| installation::Refusal::KeyIsReplaced.to_string()))
    }
}
