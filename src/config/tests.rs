use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;

use super::*;

fn args(dir: &Path) -> Args {
    Args { data_dir: Some(dir.to_owned()), ..Args::default() }
}

/// The configuration of a start that goes as far as to keep its secret key.
fn started(args: &Args) -> Config {
    let mut config = Config::resolve(args).expect("it starts");
    if let Location::Sqlite(path) = &config.location {
        // Never empty again, for whoever looks at this moment.
        let mut file = fs::File::options().create(true).append(true).open(path).expect("our file");
        file.write_all(b"its tables").expect("our file");
    }
    config.keep_new_key().expect("it can be kept");
    config
}

fn mistake(change: impl FnOnce(&mut Args)) -> String {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut args = args(dir.path());
    change(&mut args);
    match Config::resolve(&args) {
        Ok(_) => panic!("the mistake was not found"),
        Err(lines) => lines,
    }
}

#[test]
fn without_any_setting_baton_serves_this_machine_from_a_private_folder() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let data = dir.path().join("data");
    let config = started(&args(&data));
    assert_eq!(config.listen, "127.0.0.1:8080");
    assert_eq!(config.base_url.as_str(), "http://127.0.0.1:8080/");
    assert_eq!(config.link("/register"), "http://127.0.0.1:8080/register");
    assert_eq!(config.mail_from.to_string(), "Baton <baton@localhost>");
    assert!(config.log.ends_with(",actix_http::h1::dispatcher=off"));
    assert!(!config.signups_open && config.smtp_url.is_none() && !config.is_https());
    assert!(matches!(&config.location, Location::Sqlite(path) if path.ends_with("data/baton.db")));
    let mode = |path: &Path| fs::metadata(path).expect("it exists").permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join("secret.key")), 0o600);
}

#[test]
fn the_secret_key_is_made_once_even_when_many_start_at_once() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let keys: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..16).map(|_| scope.spawn(|| started(&args(dir.path())))).collect();
        starts
            .into_iter()
            .map(|start| start.join().expect("no panic").secret_key.expose_secret().to_vec())
            .collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0] && key.len() >= 32));
}

#[test]
fn a_secret_key_that_others_may_read_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    started(&args(dir.path()));
    let path = dir.path().join("secret.key");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("our file");
    let Err(line) = Config::resolve(&args(dir.path())) else { panic!("it started") };
    assert!(line.contains("chmod 600"), "{line}");
}

#[test]
fn every_mistake_has_one_line_and_all_are_told_at_once() {
    let lines = mistake(|a| {
        a.listen = Some("8080".into());
        a.base_url = Some("https://example.com/baton".into());
        a.signups = Some("maybe".into());
        a.trusted_proxies = Some("10.0.0.0/8, here".into());
        a.mail_from = Some("nobody".into());
        a.database_url = Some("mysql://x".into());
    });
    assert_eq!(lines.lines().count(), 6, "{lines}");
    for name in [
        "BATON_LISTEN",
        "BATON_BASE_URL",
        "BATON_SIGNUPS",
        "BATON_TRUSTED_PROXIES",
        "BATON_MAIL_FROM",
        "DATABASE_URL",
    ] {
        assert!(lines.contains(name), "{name} is missing from {lines}");
    }
}

#[test]
fn no_message_repeats_a_secret() {
    let lines = mistake(|a| {
        a.smtp_url = Some("mailto://ana:hunter22@example.com".into());
        a.database_url = Some("postgres://ana:hunter22@host:wrong/db".into());
    });
    assert_eq!(lines.lines().count(), 2, "{lines}");
    assert!(!lines.contains("hunter22"), "{lines}");
    assert!(mistake(|a| a.secret_key = Some("short".into())).contains("32 characters"));
}

#[test]
fn an_empty_variable_counts_as_none() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut args = args(dir.path());
    args.smtp_url = Some("".into());
    args.base_url = Some(" ".into());
    args.secret_key = Some("".into());
    let config = Config::resolve(&args).expect("nothing is set");
    assert!(config.smtp_url.is_none());
}

#[test]
fn databases_are_told_apart_by_their_address() {
    let data = Path::new("data");
    let sqlite = |url| match location(Some(url), data) {
        Ok(Location::Sqlite(path)) => path,
        other => panic!("{url}: {other:?}"),
    };
    assert_eq!(sqlite("sqlite:other.db"), "other.db");
    assert_eq!(sqlite("sqlite:///tmp/other.db"), "/tmp/other.db");
    assert!(matches!(location(Some("postgresql:///baton"), data), Ok(Location::Postgres(_))));
    assert!(location(Some("sqlite::memory:"), data).is_err());
    let tls = location(Some("postgres://host/baton?sslmode=verify-full"), data);
    assert_eq!(tls.is_ok(), cfg!(feature = "postgres-tls"));
}

#[test]
fn any_address_is_opened_as_localhost_and_port_zero_becomes_a_port() {
    let base = |listen| base_url(None, Some(listen)).expect("an address").to_string();
    assert_eq!(base("0.0.0.0:80"), "http://localhost/");
    assert_eq!(base("[::]:9000"), "http://localhost:9000/");
    assert_eq!(base("[::1]:9000"), "http://[::1]:9000/");
    let bare = listen(Some("::1:8341")).expect_err("where does its port begin?");
    assert!(bare.ends_with("write [::1]:8341."), "{bare}");
    let listen = listen(Some("127.0.0.1:0")).expect("a port is free");
    assert!(!listen.ends_with(":0"), "{listen}");
}

#[test]
fn proxies_are_addresses_or_networks() {
    let nets = trusted_proxies("127.0.0.1, 10.0.0.0/8,::1").expect("a list");
    assert_eq!(nets.len(), 3);
    assert!(nets[1].contains(&"10.9.8.7".parse::<std::net::IpAddr>().expect("an address")));
}

#[test]
fn files_are_kept_in_a_folder_or_in_a_bucket() {
    let place = |url| FilesPlace::resolve(url, Path::new("data"));
    assert!(
        matches!(place(None), Ok(FilesPlace::Folder(folder)) if folder.ends_with("data/files"))
    );
    assert!(matches!(
        place(Some("file:///var/lib/baton")),
        Ok(FilesPlace::Folder(folder)) if folder == Path::new("/var/lib/baton")
    ));
    assert!(matches!(
        place(Some("s3://bucket/folder")),
        Ok(FilesPlace::Bucket { url, .. }) if url.path() == "/folder"
    ));
    for wrong in
        ["files", "/var/lib/baton", "ftp://host/files", "memory:///", "file:///a?x", "s3://b/c#d"]
    {
        let refusal = place(Some(wrong)).err().expect(wrong);
        assert!(refusal.starts_with("BATON_FILES_URL: "), "{refusal}");
    }
    let secret = place(Some("s3://user:hunter2@bucket")).err().expect("a password");
    assert!(!secret.contains("hunter2"));
}

#[test]
fn a_mistyped_level_is_no_filter() {
    for wrong in ["wran", "verbose", "info,bton", "baton=loud"] {
        let line = mistake(|args| args.log = Some(wrong.to_owned()));
        assert!(line.contains("BATON_LOG") && line.contains(wrong), "{line}");
    }
    for right in ["warn", "off", "INFO", "info,baton=debug"] {
        assert_eq!(log_filter(Some(right)).as_deref(), Ok(right));
    }
}

#[test]
fn a_sender_is_read_as_it_is_written() {
    let sender = |given| mail_from(Some(given), None).map(|sender| sender.to_string());
    assert_eq!(sender("Ana <ana@x.example>").as_deref(), Ok("Ana <ana@x.example>"));
    assert_eq!(
        sender("Ana <ana@bücher.example>").as_deref(),
        Ok("Ana <ana@xn--bcher-kva.example>")
    );
    for slip in ["a b <a@ b>", "a b <a @b.example>", "a@ b.example"] {
        assert!(sender(slip).is_err(), "{slip}");
    }
}
