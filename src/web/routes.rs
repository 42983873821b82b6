//! Every URL of the program on one page, and what it needs.

use actix_web::web::{self, ServiceConfig};
use actix_web::{Route as ActixRoute, guard};

use crate::policy::Capability;

/// What a route asks of whoever calls it. [`super::viewer::Viewer`] checks it
/// before the handler runs; `tests/` walk the table with every kind of caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nobody needs to be signed in.
    Nothing,
    /// A user, in a workspace or not.
    User,
    /// A member of the workspace chosen in the session; the verb behind it
    /// decides the rest from the conversation.
    Member,
    /// A role that may do this; the words say what is refused otherwise.
    May(Capability, &'static str),
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub needs: Needs,
}

macro_rules! routes {
    ($($method:ident $path:literal $needs:expr => $handler:path;)*) => {
        /// The whole table.
        pub const ALL: &[Route] = &[
            $(Route { method: stringify!($method), path: $path, needs: $needs },)*
        ];

        /// Registers every route of the table.
        pub fn configure(cfg: &mut ServiceConfig) {
            $(cfg.service(
                web::resource($path)
                    .guard(method(stringify!($method)))
                    .app_data($needs)
                    .route(ActixRoute::new().to($handler)),
            );)*
        }
    };
}

/// HEAD is a GET whose body nobody reads.
fn method(name: &str) -> impl guard::Guard + 'static {
    let is_get = name == "GET";
    guard::fn_guard(move |context| match context.head().method.as_str() {
        "GET" | "HEAD" => is_get,
        "POST" => !is_get,
        _ => false,
    })
}

use Needs::{May, Member, Nothing, User};

routes! {
    GET "/healthz" Nothing => super::health::healthz;
    GET "/static/{hash}/{name:.*}" Nothing => super::assets::serve;
    GET "/" Nothing => super::health::home;
}
