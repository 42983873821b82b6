//! What is not wrong and yet hardly meant.

use std::ffi::OsString;

use clap::Args as _;

use super::address::any_address;
use super::{Args, Config, FilesPlace, SmtpUrl};
use crate::db::Location;

/// What Kubernetes tells every pod of a service that is called `baton`.
const OF_KUBERNETES: [&str; 2] = ["BATON_PORT", "BATON_SERVICE_"];

impl Config {
    /// What is not wrong and yet hardly meant, one line each, for the log of a start with
    /// these arguments.
    pub fn doubts(&self, args: &Args) -> Vec<String> {
        let has_no_address = !args.has_base_url() && any_address(&self.listen).is_some();
        let of_address = has_no_address.then(|| {
            format!(
                "Reachable only as localhost: set BATON_BASE_URL. Whoever comes by another name is sent to {}.",
                self.link("")
            )
        });
        let of_password = self.smtp_url.as_ref().and_then(SmtpUrl::doubt);
        let unread = unread(std::env::vars_os().map(|(name, _)| name));
        [of_address, of_password].into_iter().flatten().chain(unread).collect()
    }

    /// What is right for one node and wrong for several, where nobody has said where files are.
    pub fn hint(&self, args: &Args) -> Option<String> {
        if super::text(args.files_url.as_ref()).is_some() {
            return None;
        }
        let (Location::Postgres(_), FilesPlace::Folder(folder)) = (&self.location, &self.files)
        else {
            return None;
        };
        Some(format!(
            "Files are kept in {}: if several nodes serve this database, set BATON_FILES_URL to a bucket or a folder that all of them see.",
            folder.display()
        ))
    }
}

/// Variables that look like settings and are none: one that is misspelt would be thought to
/// be heeded.
fn unread(names: impl Iterator<Item = OsString>) -> Vec<String> {
    let command = Args::augment_args(clap::Command::new("baton"));
    let known: Vec<_> = command.get_arguments().filter_map(clap::Arg::get_env).collect();
    let mut unread: Vec<String> = names
        .filter(|name| !known.contains(&name.as_os_str()))
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.starts_with("BATON_"))
        .filter(|name| !OF_KUBERNETES.iter().any(|begins| name.starts_with(begins)))
        .map(|name| format!("{name} is not heeded: `baton --help` has all settings, without it."))
        .collect();
    unread.sort();
    unread
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_no_setting_is_named_and_none_of_kubernetes() {
        let names = [
            "BATON_LISTEN",
            "DATABASE_URL",
            "BATON_MAILFROM",
            "BATON_PORT",
            "BATON_PORT_8080_TCP_ADDR",
            "BATON_SERVICE_HOST",
            "PATH",
        ];
        let told = unread(names.into_iter().map(OsString::from));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("BATON_MAILFROM is not heeded"), "{told:?}");
    }
}
