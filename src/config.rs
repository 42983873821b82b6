//! Flags and environment, checked once and turned into a typed [`Config`].
//! Nothing else in the program reads the environment.

mod address;
mod database;
mod doubts;
mod files;
mod folder;
mod mail_servers;
mod secret_key;
mod smtp_url;

use std::path::{Path, PathBuf};

use clap::builder::{OsStringValueParser, TypedValueParser};
use ipnet::IpNet;
use lettre::Address;
use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use url::{Host, Url};

use crate::db::Location;

use address::{base_url, listen};
use database::location;

pub use database::{existing_database, require_database};
pub use files::FilesPlace;
pub use folder::{create_private_dir, make_private_dir};
pub use mail_servers::MailServers;
pub use smtp_url::SmtpUrl;

/// The flags that every command understands. Each is also a variable; an empty
/// variable counts as none. A flag wins over its variable.
#[derive(Clone, Default, clap::Args)]
#[command(next_help_heading = "Configuration")]
pub struct Args {
    /// Database: `postgres://USER@HOST/NAME` or `sqlite:PATH` [default: baton.db in the data folder]
    #[arg(long, env = "DATABASE_URL", value_name = "URL", global = true, hide_env_values = true)]
    pub database_url: Option<SecretString>,

    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "BATON_LISTEN", value_name = "HOST:PORT", global = true)]
    pub listen: Option<String>,

    /// Address at which people reach Baton, for links and the origin check [default: http://HOST:PORT, as localhost where HOST is any address]
    #[arg(long, env = "BATON_BASE_URL", value_name = "URL", global = true)]
    pub base_url: Option<String>,

    /// Folder of the database, the secret key, and mails when there is no mail server [default: data]
    #[arg(long, env = "BATON_DATA_DIR", value_name = "FOLDER", global = true, value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub data_dir: Option<PathBuf>,

    /// Secret of at least 32 characters that signs links and cookies [default: made once, kept in secret.key in the data folder]
    #[arg(
        long,
        env = "BATON_SECRET_KEY",
        value_name = "SECRET",
        global = true,
        hide_env_values = true
    )]
    pub secret_key: Option<SecretString>,

    /// Mail server: `smtps://USER:PASSWORD@HOST` or `smtp://USER:PASSWORD@HOST:587?tls=required` [default: mails become files in the data folder]
    #[arg(long, env = "BATON_SMTP_URL", value_name = "URL", global = true, hide_env_values = true)]
    pub smtp_url: Option<SecretString>,

    /// Sender of the mails: `ADDRESS` or `NAME <ADDRESS>` [default: Baton <baton@HOST>]
    #[arg(long, env = "BATON_MAIL_FROM", value_name = "SENDER", global = true)]
    pub mail_from: Option<String>,

    /// Whether anyone may create a workspace: `open` or `closed`; the first one may always be created [default: closed]
    #[arg(long, env = "BATON_SIGNUPS", value_name = "WORD", global = true)]
    pub signups: Option<String>,

    /// Reverse proxies whose X-Forwarded-For is believed: IPs or networks, separated by commas [default: none]
    #[arg(long, env = "BATON_TRUSTED_PROXIES", value_name = "LIST", global = true)]
    pub trusted_proxies: Option<String>,

    /// Where files of messages are kept: `s3://BUCKET/FOLDER`, reached as the usual AWS_… variables say, or `file:///FOLDER` [default: files in the data folder]
    #[arg(long, env = "BATON_FILES_URL", value_name = "URL", global = true)]
    pub files_url: Option<String>,

    /// Whether the mail servers of inboxes, and the push services of browsers, may be in private networks: `allowed` or `refused` [default: allowed, unless anyone may create a workspace]
    #[arg(long, env = "BATON_MAIL_PRIVATE_HOSTS", value_name = "WORD", global = true)]
    pub mail_private_hosts: Option<String>,

    /// Certificates in PEM that are believed of mail servers, those of inboxes and that of BATON_SMTP_URL, beside those of the public authorities
    #[arg(long, env = "BATON_MAIL_CA_FILE", value_name = "FILE", global = true)]
    pub mail_ca_file: Option<String>,

    /// What is logged: error, warn, info, debug, trace, or a filter such as `info,baton=debug` [default: info, without what libraries say of each connection]
    #[arg(long, env = "BATON_LOG", value_name = "FILTER", global = true)]
    pub log: Option<String>,
}

impl Args {
    /// Whether somebody has said where people reach Baton.
    pub fn has_base_url(&self) -> bool {
        text(self.base_url.as_ref()).is_some()
    }
}

/// The configuration, complete and checked.
#[derive(Clone)]
pub struct Config {
    /// `HOST:PORT`; never port 0.
    pub listen: String,
    /// Scheme, host and port; its path is `/`.
    pub base_url: Url,
    pub data_dir: PathBuf,
    pub location: Location,
    pub secret_key: SecretSlice<u8>,
    /// The file for the secret key, where this start made one: see [`Config::keep_new_key`].
    pub new_key_file: Option<PathBuf>,
    pub smtp_url: Option<SmtpUrl>,
    /// As it travels: with its domain in ASCII.
    pub mail_from: Mailbox,
    pub signups_open: bool,
    pub trusted_proxies: Vec<IpNet>,
    pub files: FilesPlace,
    pub mail_servers: MailServers,
    pub log: String,
}

impl Config {
    /// Whether an inbox without a mail server of its own sends by that of the installation,
    /// where there is one. Not where anyone may create a workspace: a stranger would write in the name of
    /// everybody whose domain vouches for that server.
    pub fn sends_for_inboxes(&self) -> bool {
        self.smtp_url.is_some() && !self.signups_open
    }

    /// Checks the arguments, creates the data folder and an empty database, and reads the
    /// secret key or makes one, which is not kept yet.
    ///
    /// # Errors
    /// One line per mistake, each naming what to change and holding no secret.
    pub fn resolve(args: &Args) -> Result<Self, String> {
        let data_dir = data_dir(args);
        let listen = listen(text(args.listen.as_ref()));
        let base_url = base_url(text(args.base_url.as_ref()), listen.as_deref().ok());
        let location = location(secret(args.database_url.as_ref()), &data_dir);
        let smtp_url = secret(args.smtp_url.as_ref()).map(str::parse::<SmtpUrl>).transpose();
        let mail_from = mail_from(text(args.mail_from.as_ref()), base_url.as_ref().ok());
        let signups_open = signups(text(args.signups.as_ref()));
        let trusted_proxies = trusted_proxies(text(args.trusted_proxies.as_ref()).unwrap_or(""));
        let files = FilesPlace::resolve(text(args.files_url.as_ref()), &data_dir);
        let mail_servers = MailServers::resolve(
            text(args.mail_private_hosts.as_ref()),
            text(args.mail_ca_file.as_ref()),
            signups_open == Ok(true),
        );
        let log = log_filter(text(args.log.as_ref()));
        let mistakes: Vec<&str> = [
            mistake(&listen),
            mistake(&base_url),
            mistake(&location),
            mistake(&smtp_url),
            mistake(&mail_from),
            mistake(&signups_open),
            mistake(&trusted_proxies),
            mistake(&files),
            mistake(&mail_servers),
            mistake(&log),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !mistakes.is_empty() {
            return Err(mistakes.join("\n"));
        }
        // The disk is touched last, and only for a configuration that is right.
        create_private_dir(&data_dir, "BATON_DATA_DIR")?;
        let secret_key = secret_key::load(secret(args.secret_key.as_ref()), &data_dir)?;
        if let Ok(Location::Sqlite(path)) = &location {
            // A key says nothing of a database that was put elsewhere, which may well be new.
            let key = secret_key.kept.as_deref().filter(|_| args.database_url.is_none());
            database::refuse_loss(path, key)?;
            folder::create_private_file(Path::new(path))?;
        }
        Ok(Self {
            listen: listen?,
            base_url: base_url?,
            data_dir,
            location: location?,
            secret_key: secret_key.key,
            new_key_file: secret_key.new,
            smtp_url: smtp_url?,
            mail_from: mail_from?,
            signups_open: signups_open?,
            trusted_proxies: trusted_proxies?,
            files: files?,
            mail_servers: mail_servers?,
            log: log?,
        })
    }

    /// Keeps a secret key that this start made, now that there is a database: so a key
    /// without one tells of a database that was lost. Of several starts at once, all go on
    /// with the first one's.
    ///
    /// # Errors
    /// One line, when it cannot be kept.
    pub fn keep_new_key(&mut self) -> Result<(), String> {
        if let Some(path) = self.new_key_file.take() {
            self.secret_key = secret_key::keep(&self.secret_key, &path)?;
        }
        Ok(())
    }

    /// Whether people reach Baton by https.
    pub fn is_https(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// Where files are while they arrive. In the data folder, so that a file that
    /// is kept there only needs another name.
    pub fn uploads_dir(&self) -> PathBuf {
        self.data_dir.join("uploads")
    }

    /// The absolute address of a path that begins with `/`.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.as_str().trim_end_matches('/'))
    }
}

fn data_dir(args: &Args) -> PathBuf {
    let given = args.data_dir.clone().filter(|dir| !dir.as_os_str().is_empty());
    given.unwrap_or_else(|| PathBuf::from("data"))
}

/// What is wrong with a setting.
fn mistake<T>(of: &Result<T, String>) -> Option<&str> {
    of.as_ref().err().map(String::as_str)
}

fn text(value: Option<&String>) -> Option<&str> {
    value.map(|v| v.trim()).filter(|v| !v.is_empty())
}

fn secret(value: Option<&SecretString>) -> Option<&str> {
    value.map(|v| v.expose_secret().trim()).filter(|v| !v.is_empty())
}

fn path_text(path: &Path) -> Result<String, String> {
    path.to_str()
        .map(str::to_owned)
        .ok_or_else(|| format!("BATON_DATA_DIR: the path {} is not UTF-8.", path.display()))
}

fn mail_from(given: Option<&str>, base_url: Option<&Url>) -> Result<Mailbox, String> {
    let sender = match (given, base_url.and_then(Url::host)) {
        (Some(given), _) => given.to_owned(),
        (None, Some(Host::Domain(domain))) => format!("Baton <baton@{domain}>"),
        (None, _) => "Baton <baton@localhost>".to_owned(),
    };
    let travels = |sender: Mailbox| {
        let domain = idna::domain_to_ascii(sender.email.domain()).ok()?;
        Some(Mailbox::new(sender.name, Address::new(sender.email.user(), domain).ok()?))
    };
    // What is read otherwise than it is written, as with a space in it, is a slip.
    let is_as_written = |read: &Mailbox| sender.contains(&read.email.to_string());
    sender.parse().ok().filter(is_as_written).and_then(travels).ok_or_else(|| {
        format!("BATON_MAIL_FROM: {sender:?} is not a sender; write ADDRESS or NAME <ADDRESS>.")
    })
}

fn signups(given: Option<&str>) -> Result<bool, String> {
    match given {
        None | Some("closed") => Ok(false),
        Some("open") => Ok(true),
        Some(other) => Err(format!("BATON_SIGNUPS: {other:?} is neither open nor closed.")),
    }
}

fn trusted_proxies(list: &str) -> Result<Vec<IpNet>, String> {
    list.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(|item| {
            item.parse::<IpNet>()
                .or_else(|_| item.parse::<std::net::IpAddr>().map(IpNet::from))
                .map_err(|_| {
                    format!("BATON_TRUSTED_PROXIES: {item:?} is neither an IP nor a network such as 10.0.0.0/8.")
                })
        })
        .collect()
}

fn log_filter(given: Option<&str>) -> Result<String, String> {
    // What the libraries say of every start and every ended session is noise, and so is
    // what anybody sends that is no HTTP.
    let quiet = "info,actix_server=warn,actix_session=warn,actix_http::h1::dispatcher=off";
    let filter = given.unwrap_or(quiet);
    // A word that is no level would be taken for a part of the program: a mistyped
    // `warn` would silence everything else.
    let is_known = |part: &str| part.contains(['=', '[']) || part.parse::<LevelFilter>().is_ok();
    match EnvFilter::try_new(filter) {
        Ok(_) if filter.split(',').all(|part| is_known(part.trim())) => Ok(filter.to_owned()),
        _ => Err(format!(
            "BATON_LOG: {filter:?} is not a filter; write error, warn, info, debug or trace."
        )),
    }
}

#[cfg(test)]
mod tests;
