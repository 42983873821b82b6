//! A push service in the test process, as a browser's maker runs one, and a browser
//! that reads what comes there for it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use web_push_native::jwt_simple::algorithms::{
    ECDSAP256KeyPairLike, ECDSAP256PublicKeyLike, ES256KeyPair, ES256PublicKey,
};
use web_push_native::jwt_simple::claims::{JWTClaims, NoCustomClaims};
use web_push_native::{decrypt, p256};

/// A message as it came in.
#[derive(Clone, Debug)]
pub struct Push {
    pub path: String,
    /// By their names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Push {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The public key that signed it, and what the signature says, checked with it.
    #[track_caller]
    pub fn signature(&self) -> (String, JWTClaims<NoCustomClaims>) {
        let words = self.header("authorization").strip_prefix("vapid ").expect("VAPID");
        let (token, key) = words.split_once(", ").expect("two parts");
        let (token, key) = (token.strip_prefix("t=").unwrap(), key.strip_prefix("k=").unwrap());
        let public = ES256PublicKey::from_bytes(&URL_SAFE_NO_PAD.decode(key).expect("base64url"));
        let claims = public.expect("a key").verify_token(token, None).expect("a good signature");
        (key.to_owned(), claims)
    }
}

struct Shared {
    pushes: Vec<Push>,
    status: u16,
}

/// A push service. It runs until the process ends.
#[derive(Clone)]
pub struct PushService {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

impl PushService {
    /// One on a free port that takes everything.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Shared { pushes: Vec::new(), status: 201 };
        let this = Self { address, shared: Arc::new(Mutex::new(shared)) };
        let server = this.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                // Whoever goes away in the middle gets no answer.
                let _ = server.answer(connection);
            }
        });
        this
    }

    /// From now on, answers everybody so.
    pub fn answers(&self, status: u16) {
        self.shared.lock().expect("no panic").status = status;
    }

    /// Everything that came in, whatever was answered.
    pub fn pushes(&self) -> Vec<Push> {
        self.shared.lock().expect("no panic").pushes.clone()
    }

    /// The only message.
    #[track_caller]
    pub fn only(&self) -> Push {
        let pushes = self.pushes();
        assert_eq!(pushes.len(), 1, "{pushes:?}");
        pushes[0].clone()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A browser that is known here by this name.
    pub fn device(&self, name: &str) -> Device {
        Device::at(&format!("{}/{name}", self.origin()))
    }

    fn answer(&self, mut connection: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(connection.try_clone()?);
        let mut first = String::new();
        reader.read_line(&mut first)?;
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.insert(name.to_lowercase(), value.to_owned());
        }
        let length = headers.get("content-length").and_then(|length| length.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body)?;
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let status = {
            let mut shared = self.shared.lock().expect("no panic");
            shared.pushes.push(Push { path, headers, body });
            shared.status
        };
        let location = format!("{}/elsewhere", self.origin());
        write!(
            connection,
            "HTTP/1.1 {status} Answer\r\nLocation: {location}\r\nConnection: close\r\n\
             Content-Length: 0\r\n\r\n"
        )
    }
}

/// A browser with keys of its own.
#[derive(Clone)]
pub struct Device {
    pub endpoint: String,
    secret: p256::SecretKey,
    auth: [u8; 16],
}

impl Device {
    /// One whose messages go to this address.
    pub fn at(endpoint: &str) -> Self {
        let secret = ES256KeyPair::generate().to_bytes();
        let secret = p256::SecretKey::from_slice(&secret).expect("a key");
        let auth = rand::random::<[u8; 16]>();
        Self { endpoint: endpoint.to_owned(), secret, auth }
    }

    /// What its script puts into the form.
    pub fn fields(&self) -> [(&'static str, String); 4] {
        let public = self.secret.public_key().to_sec1_bytes();
        // As browsers do: the point as a whole.
        assert_eq!(public.len(), 65);
        [
            ("endpoint", self.endpoint.clone()),
            ("p256dh", URL_SAFE_NO_PAD.encode(public)),
            ("auth", URL_SAFE_NO_PAD.encode(self.auth)),
            ("sound", "off".to_owned()),
        ]
    }

    /// What a message says, which only this browser can read.
    #[track_caller]
    pub fn read(&self, push: &Push) -> Value {
        let plain = decrypt(push.body.clone(), &self.secret, &self.auth.into());
        serde_json::from_slice(&plain.expect("it is for this browser")).expect("JSON")
    }
}
