//! `baton workspace …`

use baton::App;
use baton::db::Utc;
use baton::models::workspace::{self, Refusal, Workspace};
use clap::Subcommand;

use super::out;

#[derive(Subcommand)]
pub enum Command {
    /// List the workspaces with their plan and seats
    List,
    /// Change a workspace's plan
    #[command(override_usage = "baton workspace set-plan [OPTIONS] <WORKSPACE> <PLAN>")]
    SetPlan {
        /// Its id or its exact name
        workspace: String,
        /// The plan's name
        plan: String,
    },
}

pub fn run(app: &App, command: &Command) -> Result<(), String> {
    match command {
        Command::List => list(app),
        Command::SetPlan { workspace, plan } => set_plan(app, workspace, plan),
    }
}

fn list(app: &App) -> Result<(), String> {
    let now = Utc::now();
    let rows = super::read(&app.db, |conn| {
        workspace::all(conn)?
            .into_iter()
            .map(|one| Ok((workspace::seats(conn, one.id, now)?, one)))
            .collect::<baton::db::QueryResult<Vec<_>>>()
    })?;
    out::print(format_args!(
        "{:>6}  {:<10}  {:>9}  {:<10}  NAME",
        "ID", "PLAN", "SEATS", "CREATED"
    ))?;
    for (seats, one) in rows {
        let used = format!("{} of {}", seats.members + seats.pending, seats.total);
        let created = one.created_at.to_chrono().format("%Y-%m-%d");
        out::print(format_args!(
            "{:>6}  {:<10}  {used:>9}  {created}  {}",
            one.id, one.plan.name, one.name
        ))?;
    }
    Ok(())
}

fn set_plan(app: &App, workspace: &str, plan: &str) -> Result<(), String> {
    let workspace = find(app, workspace)?;
    let code = plan.trim().to_lowercase();
    let answer = app
        .db
        .write_now(|conn| workspace::set_plan(conn, workspace.id, &code))
        .map_err(|e| super::told(&e))?;
    match answer {
        Ok((plan, _)) => {
            out::mention(format_args!(
                "{} has the plan {} with {} seats.",
                workspace.name,
                plan.name,
                plan.seats()
            ));
            Ok(())
        }
        Err(Refusal::UnknownPlan) => {
            let plans = super::read(&app.db, workspace::all_plans)?;
            let names: Vec<&str> = plans.iter().map(|plan| plan.name.as_str()).collect();
            Err(format!("There is no plan {plan:?}; there are {}.", names.join(", ")))
        }
        Err(refusal) => Err(refusal.to_string()),
    }
}

/// The one workspace that an operator names by id or exact name.
pub fn find(app: &App, id_or_name: &str) -> Result<Workspace, String> {
    let mut found = super::read(&app.db, |conn| workspace::named(conn, id_or_name))?;
    match (found.pop(), found.len()) {
        (Some(one), 0) => Ok(one),
        (None, _) => {
            Err(format!("There is no workspace {id_or_name:?}; `baton workspace list` shows all."))
        }
        (Some(_), _) => Err(format!(
            "Several workspaces are named {id_or_name:?}: name one by its id, see `baton workspace list`."
        )),
    }
}
