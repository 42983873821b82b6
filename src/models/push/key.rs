//! The key by which push services know this installation (VAPID, RFC 8292): made once,
//! kept sealed in the database, and the same on every node. A browser that was turned on
//! takes messages signed with it alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use diesel::result::Error;
use secrecy::ExposeSecret;
use url::Url;
use web_push_native::jwt_simple::algorithms::{
    ECDSAP256KeyPairLike, ECDSAP256PublicKeyLike, ES256KeyPair,
};
use web_push_native::jwt_simple::claims::Claims;
use web_push_native::jwt_simple::prelude::Duration;

use crate::db::Conn;
use crate::db::schema::push_subscriptions;
use crate::models::installation;
use crate::models::seal::{self, Broken, Context};
use crate::models::token::Signer;

const NAME: &str = "push_key";
const CONTEXT: Context<'static> = Context { id: 0, what: "push" };

/// How long a push service may believe a signature.
const VALID_HOURS: u64 = 12;

/// The installation's key.
pub struct Key(ES256KeyPair);

impl Key {
    fn open(signer: &Signer, sealed: &str) -> Result<Self, Broken> {
        let text = seal::open(signer, CONTEXT, sealed)?;
        let bytes = URL_SAFE_NO_PAD.decode(text.expose_secret()).map_err(|_| Broken)?;
        ES256KeyPair::from_bytes(&bytes).map(Self).map_err(|_| Broken)
    }

    fn sealed(&self, signer: &Signer) -> String {
        seal::seal(signer, CONTEXT, &URL_SAFE_NO_PAD.encode(self.0.to_bytes()).into())
    }

    /// Its public half in base64url, as browsers ask for it.
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key().public_key().to_bytes_uncompressed())
    }

    /// The header `Authorization` of a message to this push service. `contact` is an
    /// address, `mailto:` or `https:`, where whoever runs the service reaches us.
    ///
    /// # Errors
    /// When it cannot be signed, which is a defect.
    pub fn authorization(&self, endpoint: &Url, contact: &str) -> Result<String, String> {
        let mut claims = Claims::create(Duration::from_hours(VALID_HOURS))
            .with_audience(endpoint.origin().ascii_serialization())
            .with_subject(contact);
        // A clock that is late by a second would refuse it.
        claims.invalid_before = None;
        let token = self.0.sign(claims).map_err(|error| error.to_string())?;
        Ok(format!("vapid t={token}, k={}", self.public()))
    }
}

/// The installation's key; `None` before the first browser asked for it.
///
/// # Errors
/// When the query fails, or the key cannot be opened.
pub fn find_key(conn: &mut Conn, signer: &Signer) -> QueryResult<Option<Key>> {
    let sealed = installation::fact(conn, NAME)?;
    sealed.map(|sealed| opened(signer, &sealed)).transpose()
}

/// The installation's key, made now if there is none. Of two nodes that make one, both
/// have the first one's.
///
/// # Errors
/// As [`find_key`].
pub fn make_key(conn: &mut Conn, signer: &Signer) -> QueryResult<Key> {
    let new = Key(ES256KeyPair::generate());
    let kept = installation::keep_first(conn, NAME, &new.sealed(signer))?;
    opened(signer, &kept)
}

/// Forgets the key, which nobody can open any more, and the browsers that take messages
/// signed with it alone.
///
/// # Errors
/// When a query fails.
pub fn forget_key(conn: &mut Conn) -> QueryResult<()> {
    diesel::delete(push_subscriptions::table).execute(conn)?;
    installation::forget(conn, NAME)
}

fn opened(signer: &Signer, sealed: &str) -> QueryResult<Key> {
    Key::open(signer, sealed).map_err(|broken| Error::DeserializationError(Box::new(broken)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_where_it_is_kept_and_opens_with_its_secret_alone() {
        let ours = Signer::new(vec![7; 32].into());
        let key = Key(ES256KeyPair::generate());
        let sealed = key.sealed(&ours);
        let again = Key::open(&ours, &sealed).expect("it opens");
        assert_eq!(again.public(), key.public());
        assert_eq!(key.public().len(), 87, "65 bytes");
        assert!(Key::open(&Signer::new(vec![8; 32].into()), &sealed).is_err());
    }
}
