//! Passwords: how strong one must be, and how it is kept. Argon2id with the
//! parameters OWASP names first (19 MiB, two passes, one lane), off the async
//! threads, and no more at once than there are cores.

use std::sync::Arc;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zxcvbn::Score;

/// The shortest password, in characters.
pub const MIN_LENGTH: usize = 8;
/// The longest password, in bytes: hashing takes time by length.
pub const MAX_BYTES: usize = 1024;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// Room for more than 32 MiB, of which a job touches what it needs. What is larger than that
/// glibc always takes from the system and gives back at once (`M_MMAP_THRESHOLD` in
/// mallopt(3)); smaller pieces it keeps, and by and by a hundred sign-ins held 2 GB.
const ROOM_IN_BLOCKS: usize = 33 * 1024;

/// Jobs that may wait for each core: about three seconds of work.
const WAITING_PER_CORE: usize = 64;

/// Why a password was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    #[error("Please choose a password of at least {MIN_LENGTH} characters.")]
    TooShort,
    #[error("This is longer than {MAX_BYTES} bytes.")]
    TooLong,
    /// In zxcvbn's words.
    #[error("{0}")]
    TooWeak(String),
}

/// Why hashing did not happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Too many wait already; worth trying again in a moment.
    #[error("too many passwords are being checked")]
    Busy,
    #[error("hashing a password failed: {0}")]
    Failed(String),
}

/// Whether a password is of a length that one may have.
///
/// # Errors
/// [`PasswordProblem`], worded for the person who chose it.
pub fn length(password: &str) -> Result<(), PasswordProblem> {
    if password.chars().count() < MIN_LENGTH {
        return Err(PasswordProblem::TooShort);
    }
    if password.len() > MAX_BYTES {
        return Err(PasswordProblem::TooLong);
    }
    Ok(())
}

/// Whether a password is strong enough for a person of these names and
/// addresses. No rules of composition: what counts is how many guesses it takes.
///
/// # Errors
/// [`PasswordProblem`], worded for the person who chose it.
pub fn check(password: &str, about: &[String]) -> Result<(), PasswordProblem> {
    length(password)?;
    // The whole and its words: `ana.silva@example.com` gives away `silva` too.
    let inputs: Vec<&str> = about
        .iter()
        .flat_map(|text| {
            std::iter::once(text.as_str()).chain(text.split(|c: char| !c.is_alphanumeric()))
        })
        .filter(|word| word.len() > 2)
        .chain(std::iter::once("baton"))
        .collect();
    let estimate = zxcvbn::zxcvbn(password, &inputs);
    if estimate.score() >= Score::Three {
        return Ok(());
    }
    let mut words = vec!["This password is too easy to guess.".to_owned()];
    if let Some(feedback) = estimate.feedback() {
        words.extend(feedback.warning().map(|warning| warning.to_string()));
        words.extend(feedback.suggestions().iter().take(2).map(ToString::to_string));
    }
    Err(PasswordProblem::TooWeak(words.join(" ")))
}

/// Hashes and checks passwords, a bounded number at once.
#[derive(Clone)]
pub struct Hasher {
    /// Jobs that run: one per core, each takes 19 MiB.
    running: Arc<Semaphore>,
    /// Jobs that run or wait.
    admitted: Arc<Semaphore>,
}

/// What a password is compared with when the address is unknown: of the same
/// parameters as every hash, and of no password.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl Hasher {
    /// A hasher for this machine's cores.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::with_capacity(cores, cores * (WAITING_PER_CORE + 1))
    }

    /// A hasher that runs `running` jobs at once and admits `admitted` in all.
    pub fn with_capacity(running: usize, admitted: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(running)),
            admitted: Arc::new(Semaphore::new(admitted)),
        }
    }

    /// The hash of a password someone chose, if it is strong enough. `about`
    /// holds what it must not be made of: the person's names and addresses.
    ///
    /// # Errors
    /// The outer error is the machine's, the inner one the password's.
    pub async fn choose(
        &self,
        password: String,
        about: Vec<String>,
    ) -> Result<Result<String, PasswordProblem>, HashError> {
        self.run(move || match check(&password, &about) {
            Ok(()) => hash_now(&password).map(Ok),
            Err(problem) => Ok(Err(problem)),
        })
        .await
    }

    /// Whether a password is the one of this hash. Without a hash, because the
    /// address is unknown, it takes as long and answers no.
    ///
    /// # Errors
    /// [`HashError`] when the check did not happen.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, HashError> {
        self.run(move || {
            let matches = verify_now(&password, hash.as_deref().unwrap_or(DUMMY))?;
            Ok(matches && hash.is_some())
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let admitted =
            Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| HashError::Busy)?;
        let running = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|error| HashError::Failed(error.to_string()))?;
        // The permits go with the job: when the browser hangs up the request is
        // dropped, but the work goes on and still fills its place.
        let held: [OwnedSemaphorePermit; 2] = [admitted, running];
        tokio::task::spawn_blocking(move || {
            let _held = held;
            job()
        })
        .await
        .map_err(|error| HashError::Failed(error.to_string()))?
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

/// The hash of a password in PHC form, on this thread and without a look at its
/// strength: for commands and tests.
///
/// # Errors
/// [`HashError::Failed`].
pub fn hash_now(password: &str) -> Result<String, HashError> {
    let argon2 = argon2(Params::new(MEMORY_KIB, PASSES, 1, None).map_err(failed)?);
    let salt = Salt::generate();
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    digest(&argon2, password, &salt, &mut output)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon2.params()).map_err(failed)?,
        salt: Some(salt),
        hash: Some(Output::new(&output).map_err(failed)?),
    };
    Ok(hash.to_string())
}

fn verify_now(password: &str, hash: &str) -> Result<bool, HashError> {
    // Longer ones were never taken, so none of them can be right.
    let password = if password.len() > MAX_BYTES { "" } else { password };
    let hash = PasswordHash::new(hash).map_err(failed)?;
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        return Err(failed("a hash has no salt or no output"));
    };
    let mut output = vec![0; expected.len()];
    digest(&argon2(Params::try_from(&hash).map_err(failed)?), password, salt, &mut output)?;
    // Outputs compare in constant time.
    Ok(Output::new(&output).map_err(failed)? == *expected)
}

fn argon2(params: Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Argon2id in memory that goes back to the system each time.
fn digest(
    argon2: &Argon2<'_>,
    password: &str,
    salt: &[u8],
    output: &mut [u8],
) -> Result<(), HashError> {
    let blocks = argon2.params().block_count();
    let mut memory = Vec::with_capacity(blocks.max(ROOM_IN_BLOCKS));
    memory.resize(blocks, Block::new());
    let memory: &mut [Block] = &mut memory;
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, output, memory).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> HashError {
    HashError::Failed(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_argon2id_at_the_parameters_of_owasp_and_salted() {
        let hash = hash_now("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, hash_now("correct horse battery").unwrap());
        assert!(verify_now("correct horse battery", &hash).unwrap());
        assert!(!verify_now("correct horse batterz", &hash).unwrap());
        assert!(verify_now("x", "not a hash").is_err());
    }

    #[test]
    fn strength_counts_and_not_composition() {
        let about = ["ana.silva@example.com".to_owned(), "Ana Silva".to_owned()];
        for good in ["correct horse battery staple", "grüne tasse im regen", "qK8#vv2!Lm0z"] {
            assert_eq!(check(good, &about), Ok(()), "{good}");
        }
        for weak in
            ["password1", "aaaaaaaaaaaa", "Silva2024", "ana.silva@example.com", "qwertyuiop"]
        {
            assert!(matches!(check(weak, &about), Err(PasswordProblem::TooWeak(_))), "{weak}");
        }
        assert_eq!(check("kX9#q", &about), Err(PasswordProblem::TooShort));
        assert_eq!(check(&"k".repeat(1025), &about), Err(PasswordProblem::TooLong));
    }

    #[test]
    fn a_weak_password_comes_back_with_advice() {
        let problem = check("password123", &[]).unwrap_err().to_string();
        assert!(problem.starts_with("This password is too easy to guess. "), "{problem}");
    }

    #[tokio::test]
    async fn an_unknown_address_is_checked_too_and_never_matches() {
        let hasher = Hasher::with_capacity(1, 4);
        assert!(DUMMY.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(!hasher.verify("anything".into(), None).await.unwrap());
        let hash = hasher.choose("correct horse battery".into(), vec![]).await.unwrap().unwrap();
        assert!(hasher.verify("correct horse battery".into(), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify("wrong".into(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn who_finds_the_queue_full_is_told_to_come_back() {
        let hasher = Hasher::with_capacity(1, 3);
        let verdicts =
            futures_util::future::join_all((0..5).map(|_| hasher.verify("anything".into(), None)))
                .await;
        assert_eq!(verdicts.iter().filter(|v| **v == Ok(false)).count(), 3);
        assert_eq!(verdicts.iter().filter(|v| **v == Err(HashError::Busy)).count(), 2);
        assert_eq!(hasher.verify("anything".into(), None).await, Ok(false));
    }
}
