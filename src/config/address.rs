//! Where Baton listens, and where people reach it.

use std::net::{Ipv6Addr, TcpListener, ToSocketAddrs};

use url::Url;

/// `HOST:PORT`, with a port that is not 0.
pub(super) fn listen(given: Option<&str>) -> Result<String, String> {
    let listen = given.unwrap_or("127.0.0.1:8080");
    let wrong =
        || format!("BATON_LISTEN: {listen:?} is not HOST:PORT; write for example 127.0.0.1:8080.");
    let (host, port) = listen.rsplit_once(':').ok_or_else(wrong)?;
    let port: u16 = port.parse().map_err(|_| wrong())?;
    // It could be listened to, and no browser would know where its port begins.
    if host.parse::<Ipv6Addr>().is_ok() {
        return Err(format!(
            "BATON_LISTEN: an IPv6 address stands in brackets: write [{host}]:{port}."
        ));
    }
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

/// The address for links and the origin check.
pub(super) fn base_url(given: Option<&str>, listen: Option<&str>) -> Result<Url, String> {
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
pub(super) fn any_address(listen: &str) -> Option<&str> {
    let (host, port) = listen.rsplit_once(':')?;
    matches!(host, "0.0.0.0" | "[::]").then_some(port)
}
