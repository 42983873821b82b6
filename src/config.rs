//! Flags and environment, checked once and turned into a typed [`Config`].
//! Nothing else in the program reads the environment.

mod database;
mod files;
mod mail_servers;
mod secret_key;
mod smtp_url;

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::net::{TcpListener, ToSocketAddrs};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
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

use database::location;

pub use database::{existing_database, require_database};
pub use files::FilesPlace;
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
    /// The file of the secret key, where this start made it.
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

    /// Checks the arguments, creates the data folder, and reads the secret key
    /// or makes it.
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
        create_private_dir(&data_dir)?;
        let secret_key = secret_key::load(secret(args.secret_key.as_ref()), &data_dir)?;
        if let Ok(Location::Sqlite(path)) = &location {
            create_private_file(Path::new(path))?;
        }
        Ok(Self {
            listen: listen?,
            base_url: base_url?,
            data_dir,
            location: location?,
            secret_key: secret_key.key,
            new_key_file: secret_key.made,
            smtp_url: smtp_url?,
            mail_from: mail_from?,
            signups_open: signups_open?,
            trusted_proxies: trusted_proxies?,
            files: files?,
            mail_servers: mail_servers?,
            log: log?,
        })
    }

    /// What is not wrong and yet hardly meant, one line each, for the log of a start.
    /// `knows_address`: somebody has said where people reach the server.
    pub fn doubts(&self, knows_address: bool) -> Vec<String> {
        let of_address = (!knows_address && any_address(&self.listen).is_some()).then(|| {
            format!(
                "Reachable only as localhost: set BATON_BASE_URL. Whoever comes by another name is sent to {}.",
                self.link("")
            )
        });
        let of_password = self.smtp_url.as_ref().and_then(SmtpUrl::doubt);
        of_address.into_iter().chain(of_password).collect()
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

fn listen(given: Option<&str>) -> Result<String, String> {
    let listen = given.unwrap_or("127.0.0.1:8080");
    let wrong =
        || format!("BATON_LISTEN: {listen:?} is not HOST:PORT; write for example 127.0.0.1:8080.");
    let (host, port) = listen.rsplit_once(':').ok_or_else(wrong)?;
    let port: u16 = port.parse().map_err(|_| wrong())?;
    if host.is_empty() || listen.to_socket_addrs().map_err(|_| wrong())?.next().is_none() {
        return Err(wrong());
    }
    if port != 0 {
        return Ok(listen.to_owned());
    }
    // Any free port: chosen here, since links need to know it.
    let free = TcpListener::bind(listen)
        .and_then(|socket| socket.local_addr())
        .map_err(|e| format!("BATON_LISTEN: cannot listen on {listen}: {e}."))?;
    Ok(format!("{host}:{}", free.port()))
}

fn base_url(given: Option<&str>, listen: Option<&str>) -> Result<Url, String> {
    let Some(given) = given else {
        // Without a listen address that mistake is told already.
        let listen = listen.unwrap_or("127.0.0.1:8080");
        // "Any address" is no address that a browser could open.
        let opened = match any_address(listen) {
            Some(port) => format!("http://localhost:{port}"),
            None => format!("http://{listen}"),
        };
        return Url::parse(&opened)
            .map_err(|_| format!("BATON_LISTEN: {listen:?} makes no web address."));
    };
    let wrong = |why: &str| Err(format!("BATON_BASE_URL: {given:?} {why}."));
    let Ok(url) = Url::parse(given) else {
        return wrong("is not a web address; write for example https://inbox.example.com");
    };
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return wrong("must begin with http:// or https:// and a host name");
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return wrong("must end after the host name or port, without a path or query");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("BATON_BASE_URL must not hold a user name or password.".into());
    }
    Ok(url)
}

/// The port, where whoever reaches this machine by any of its addresses is listened to.
fn any_address(listen: &str) -> Option<&str> {
    let (host, port) = listen.rsplit_once(':')?;
    matches!(host, "0.0.0.0" | "[::]").then_some(port)
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
    sender.parse().ok().and_then(travels).ok_or_else(|| {
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

/// Creates a folder that its owner alone can open. One that exists stays as it
/// is: its permissions are the operator's choice.
///
/// # Errors
/// One line that names the folder.
pub fn create_private_dir(dir: &Path) -> Result<(), String> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|e| format!("Cannot create the folder {}: {e}.", dir.display()))
}

/// Creates an empty file, for SQLite to fill, that its owner alone can read; the
/// files that SQLite puts beside it get the same permissions.
fn create_private_file(path: &Path) -> Result<(), String> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(format!("Cannot create the database {}: {e}.", path.display())),
    }
}

#[cfg(test)]
mod tests;
