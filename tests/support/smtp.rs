//! The wire of the mail server: `mailin` speaks SMTP, this carries it over TCP and,
//! after STARTTLS (RFC 3207), over TLS.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use mailin::{Action, AuthMechanism, Handler, Response, Session, SessionBuilder};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What STARTTLS needs, from PEM files.
pub fn tls(certificate: &str, key: &str) -> Arc<ServerConfig> {
    let certificates = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .expect("the certificate is read");
    let key = PrivateKeyDer::from_pem_file(key).expect("the key is read");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .expect("certificate and key belong together");
    Arc::new(config)
}

/// What a server asks of its clients.
#[derive(Clone, Default)]
pub struct Manner {
    pub tls: Option<Arc<ServerConfig>>,
    /// Only those who sign in may send.
    pub asks_who: bool,
}

/// Takes connections for as long as the process lives, each on a thread of its own.
pub fn serve<H>(listener: TcpListener, manner: Manner, handler: H)
where
    H: Handler + Clone + Send + 'static,
{
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (manner, handler) = (manner.clone(), handler.clone());
            std::thread::spawn(move || {
                // A client that hangs up in the middle is what some tests are about.
                let _ = hold(stream, manner, handler);
            });
        }
    });
}

fn hold<H: Handler>(
    mut stream: TcpStream,
    Manner { tls, asks_who }: Manner,
    handler: H,
) -> io::Result<()> {
    let mut builder = SessionBuilder::new("mail.test");
    if asks_who {
        builder.enable_auth(AuthMechanism::Plain).insecure_enable_plaintext_auth();
    }
    if tls.is_some() {
        builder.enable_start_tls();
    }
    let mut session = builder.build(stream.peer_addr()?.ip(), handler);
    answer(&mut stream, &session.greeting())?;
    let (Some(stream), Some(tls)) = (talk(&mut session, stream)?, tls) else {
        return Ok(());
    };
    let connection = ServerConnection::new(tls).map_err(io::Error::other)?;
    session.tls_active();
    talk(&mut session, StreamOwned::new(connection, stream))?;
    Ok(())
}

/// Talks until the end; answers the stream where TLS shall go on with it.
fn talk<H: Handler, S: Read + Write>(session: &mut Session<H>, stream: S) -> io::Result<Option<S>> {
    let mut stream = BufReader::new(stream);
    let mut line = Vec::new();
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let response = session.process(&line);
        match response.action {
            Action::NoReply => {}
            Action::Reply => answer(stream.get_mut(), &response)?,
            Action::Close => return answer(stream.get_mut(), &response).map(|()| None),
            Action::UpgradeTls => {
                answer(stream.get_mut(), &response)?;
                return Ok(Some(stream.into_inner()));
            }
        }
    }
}

fn answer(stream: &mut impl Write, response: &Response) -> io::Result<()> {
    stream.write_all(&response.buffer()?)?;
    stream.flush()
}
