//! Tables as they come: encodings, ends of lines, and what is broken in them.

use super::*;
use crate::db::Db;
use crate::db::testing::scratch;
use crate::models::contact;
use crate::models::contact_field::{self, Details, Kind};
use crate::models::user::NewUser;
use crate::models::workspace::{self, Founder};

struct Scene {
    db: Db,
    founder: MemberId,
    _folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let (db, folder) = scratch();
        let founder = Founder::New(NewUser {
            email: "ana@sprocket.example".to_owned(),
            name: "Ana".to_owned(),
            password_hash: String::new(),
            is_verified: true,
        });
        let founded =
            db.write_now(|conn| workspace::found(conn, "Sprocket", "UTC", &founder, true));
        let founded = founded.unwrap().unwrap();
        Self { db, founder: founded.founder(), _folder: folder }
    }

    fn send(&self, table: &[u8]) -> Result<Import, SourceRefusal> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), table).unwrap();
        let source =
            Source::File { path: file.path().to_owned(), name: "customers.csv".to_owned() };
        let table = source.look()?;
        self.db.write_now(|conn| receive(conn, self.founder, &table)).unwrap()
    }

    fn rows(&self, import: &Import) -> Vec<rows::RawRow> {
        self.db.read_now(|conn| Ok(rows::read(conn, import, import.first, 100_000)?.0)).unwrap()
    }

    /// The preview's counts, and the refused lines.
    fn look(&self, import: &Import) -> (Counts, Vec<Refused>) {
        let id = import.id;
        let analysis = self.db.read_now(|conn| analysis::look(conn, import)).unwrap();
        let kept = self.db.write_now(|conn| analysis::keep(conn, self.founder, id, &analysis));
        kept.unwrap().unwrap();
        self.result(id)
    }

    fn result(&self, id: i64) -> (Counts, Vec<Refused>) {
        self.db
            .read_now(|conn| {
                let import = find(conn, self.founder.workspace_id, id)?.unwrap();
                Ok((import.counts, refused(conn, self.founder.workspace_id, id, 0, 1000)?))
            })
            .unwrap()
    }

    fn start(&self, id: i64) {
        let started = self.db.write_now(|conn| super::start(conn, self.founder, id));
        started.unwrap().unwrap();
    }

    /// Takes so many batches as a node does, and vanishes.
    fn work(&self, batches: usize) {
        let later = Utc::now().plus(chrono::TimeDelta::hours(1));
        let mut lease = self.db.change_now(|conn| job::lease(conn, later)).unwrap().unwrap();
        let mut seen = self.db.read_now(|conn| job::seen_before(conn, &lease)).unwrap();
        for _ in 0..batches {
            let step = self.db.change_now(|conn| job::step(conn, &lease, &seen)).unwrap();
            match step {
                job::Step::More(next, found) => {
                    lease = next;
                    seen.extend(found);
                }
                job::Step::Over => return,
            }
        }
    }

    fn count(&self) -> i64 {
        self.db
            .read_now(|conn| crate::db::schema::contacts::table.count().get_result(conn))
            .unwrap()
    }
}

fn texts(row: &rows::RawRow) -> Vec<&str> {
    row.cells.iter().collect()
}

#[test]
fn a_table_is_read_whatever_wrote_it() {
    let scene = Scene::new();
    let utf_16: Vec<u8> = "\u{feff}Name\tMail\r\nZoë\tz@velo.example\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (table, encoding, delimiter) in [
        (&b"Name,Mail\nZo\xc3\xab,z@velo.example\n"[..], "UTF-8", ","),
        (b"\xef\xbb\xbfName;Mail\r\nZo\xc3\xab;z@velo.example\r\n", "UTF-8", ";"),
        (b"Name\tMail\rZo\xeb\tz@velo.example", "windows-1252", "\t"),
        (&utf_16, "UTF-16LE", "\t"),
    ] {
        let import = scene.send(table).unwrap();
        assert_eq!((import.encoding.as_str(), import.delimiter.as_str()), (encoding, delimiter));
        assert_eq!(import.headings, ["Name", "Mail"]);
        assert_eq!(import.columns, [Target::Name, Target::Email]);
        let rows = scene.rows(&import);
        assert_eq!(texts(&rows[0]), ["Zoë", "z@velo.example"]);
        assert_eq!((rows.len(), rows[0].line), (1, 2));
    }
}

#[test]
fn what_is_no_table_is_refused() {
    let scene = Scene::new();
    for (sent, refusal) in [
        (&b""[..], SourceRefusal::Empty),
        (b"Name,Email\n\n \n", SourceRefusal::Empty),
        (b"PK\x03\x04 and so on", SourceRefusal::Spreadsheet),
        (b"Name\n\0\0\0", SourceRefusal::NotText),
    ] {
        assert_eq!(scene.send(sent).unwrap_err(), refusal);
    }
    let wide = ["x"; 101].join(",") + "\n1";
    assert_eq!(scene.send(wide.as_bytes()).unwrap_err(), SourceRefusal::TooWide(101));
}

#[test]
fn rows_are_the_same_wherever_the_pieces_end() {
    let scene = Scene::new();
    let mut table = "Name,Company\r\n".to_owned();
    for n in 0..9_000 {
        table.push_str(&format!("\"Zoë, {n}\",\"Rue de l’Église\r\n{n}\"\r\n\r\n"));
    }
    let import = scene.send(table.as_bytes()).unwrap();
    let rows = scene.rows(&import);
    assert_eq!(rows.len(), 9_000);
    for (n, row) in rows.iter().enumerate() {
        assert_eq!(texts(row), [format!("Zoë, {n}"), format!("Rue de l’Église\n{n}")]);
        assert_eq!(row.line, 2 + 3 * n as i64, "two lines, and an empty one");
    }
}

#[test]
fn a_quotation_mark_that_is_never_closed_spoils_its_own_line() {
    let scene = Scene::new();
    let long = "x".repeat(2 * 1024 * 1024);
    let table = format!(
        "Name,Email\nAnna,a@b.example\n\"Bo,b@b.example\nCleo,\"c@b.example\"\n\
                         {long},l@b.example\nDora,d@b.example\n\"Eva,e@b.example\nFay,f@b.example"
    );
    let import = scene.send(table.as_bytes()).unwrap();
    let (counts, refused) = scene.look(&import);
    assert_eq!((counts.total, counts.added, counts.refused), (7, 4, 3));
    let lines: Vec<(i64, &str)> =
        refused.iter().map(|one| (one.line, one.reason.as_str())).collect();
    assert_eq!(
        lines,
        [
            (3, "A quotation mark in this line is never closed."),
            (5, "This line is longer than a megabyte."),
            (7, "A quotation mark in this line is never closed."),
        ]
    );
    assert_eq!(refused[0].cells, ["\"Bo,b@b.example"]);
}

#[test]
fn rows_are_refused_with_their_reasons_and_stop_no_other() {
    let scene = Scene::new();
    let long = "x".repeat(200_000);
    let table = format!(
        "Name,Email,Phone,Shoe size\n,,+46 8,1\nHanna,nowhere,,2\n\"Anna,\nMaria\",,,3\n\
         Piet,p@b.example,,4\nPit,P@b.example,,5\n'=Bo,,+46,6\n{long},x@b.example,,7\n,,,\n"
    );
    let import = scene.send(table.as_bytes()).unwrap();
    assert_eq!(import.columns[3], Target::Nothing);
    let (counts, refused) = scene.look(&import);
    assert_eq!((counts.total, counts.added, counts.updated), (7, 3, 0));
    let reasons: Vec<(i64, &str)> =
        refused.iter().map(|one| (one.line, one.reason.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (2, "Name: Please fill this in, or the email address."),
            (3, "Email address: This is not an email address."),
            (7, "A line above has the same email address."),
            (9, "Name: This is longer than 200 characters: it has 200000."),
        ]
    );
    assert_eq!(refused[3].cells[0].len(), 1000, "a report is not as long as its table");
}

#[test]
fn a_name_in_two_columns_is_one_and_a_line_break_in_a_cell_is_a_space() {
    let scene = Scene::new();
    let table = "sep=;\nVorname;Nachname;Firma\nHanna;Lindqvist;\"Velo\nLyon\"\n;Berg;\nKofi;;;;x\n\
                 Ivo;;;\n";
    let import = scene.send(table.as_bytes()).unwrap();
    assert_eq!(import.delimiter, ";");
    assert_eq!(import.columns, [Target::FirstName, Target::LastName, Target::Company]);
    let (counts, refused) = scene.look(&import);
    assert_eq!((counts.total, counts.added, counts.refused), (4, 3, 1));
    let reason = "This line has 5 cells, and the first line names 3 columns.";
    assert_eq!((refused[0].line, refused[0].reason.as_str()), (6, reason));
    scene.start(import.id);
    scene.work(2);
    let names: Vec<(String, Option<String>)> = scene
        .db
        .read_now(|conn| {
            use crate::db::schema::contacts;
            contacts::table
                .order(contacts::id)
                .select((contacts::name, contacts::company))
                .load(conn)
        })
        .unwrap();
    let velo = Some("Velo Lyon".to_owned());
    let expected = [("Hanna Lindqvist", velo), ("Berg", None), ("Ivo", None)];
    assert_eq!(names, expected.map(|(name, company)| (name.to_owned(), company)));
}

#[test]
fn an_import_goes_on_where_a_node_left_it_and_takes_nothing_twice() {
    let scene = Scene::new();
    let mut table = "Name,Email,Company\n".to_owned();
    for n in 0..1_700 {
        // The same address again, two batches later.
        let address = if n == 1_300 { 100 } else { n };
        table.push_str(&format!("Customer {n},c{address}@velo.example,Velo {n}\n"));
    }
    let known = scene.db.change_now(|conn| {
        contact::create(conn, scene.founder.workspace_id, "Known", Some("c7@velo.example"))
    });
    let known = known.unwrap();
    let import = scene.send(table.as_bytes()).unwrap();
    let (preview, _) = scene.look(&import);
    scene.start(import.id);
    scene.work(2);
    assert_eq!(scene.result(import.id).0.done, 1_000);
    assert_eq!(scene.count(), 1_000);
    scene.work(1);
    scene.work(10);
    let (counts, refused) = scene.result(import.id);
    assert_eq!(counts, Counts { done: 1_700, ..preview });
    assert_eq!((counts.added, counts.updated, counts.refused), (1_698, 1, 1));
    assert_eq!(refused[0].line, 1_302);
    assert_eq!(scene.count(), 1_699);
    let found = scene.db.read_now(|conn| contact::find(conn, scene.founder.workspace_id, known));
    let found = found.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.company.as_deref()), ("Customer 7", Some("Velo 7")));
    let parts: i64 =
        scene.db.read_now(|conn| contact_import_parts::table.count().get_result(conn)).unwrap();
    assert_eq!(parts, 0, "the table is forgotten");
}

#[test]
fn a_refused_line_says_its_numbers_so_that_it_needs_no_other() {
    let scene = Scene::new();
    let size = Details { name: "Size".to_owned(), kind: Kind::Number, choices: Vec::new() };
    scene.db.write_now(|conn| contact_field::add(conn, scene.founder, &size)).unwrap().unwrap();
    let table = "Name;Email;Size\nK0;k0@ix.example;0,5\nK1;k1 at x;1.234\nK2;k2 at x;'-1.234,5\n\
                 K3;k3 at x;soon\n";
    let import = scene.send(table.as_bytes()).unwrap();
    let (_, refused) = scene.look(&import);
    let sizes: Vec<&str> = refused.iter().map(|line| line.cells[2].as_str()).collect();
    assert_eq!(sizes, ["1234", "-1234.5", "soon"]);
}
