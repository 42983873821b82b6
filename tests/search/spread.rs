//! Words that stand in several places, and the numbers of conversations.

use super::{found, marks, search};
use crate::support::Instance;

#[test]
fn the_words_may_stand_in_the_contact_the_subject_and_a_message() {
    let (instance, cast) = Instance::with_cast();
    let (hanna, _) =
        cast.customer_writes(&instance, "Hanna Lindqvist", "Is the rear hanger in stock?");
    cast.customer_writes(&instance, "Hanna Berg", "Where is my order?");
    let (kofi, _) = cast.customer_writes(&instance, "Kofi Mensah", "A hanger, please");
    instance.execute(&format!("UPDATE conversations SET subject = 'Zephyr' WHERE id = {hanna}"));
    instance.execute(&format!("UPDATE conversations SET subject = 'Mistral' WHERE id = {kofi}"));
    for (words, names) in [
        ("lindqvist hanger", vec!["Hanna Lindqvist"]),
        ("hanger hanna", vec!["Hanna Lindqvist"]),
        ("\"hanna lindqvist\" \"rear hanger\"", vec!["Hanna Lindqvist"]),
        ("hanna lindqvist stock rear han", vec!["Hanna Lindqvist"]),
        ("zephyr hanger", vec!["Hanna Lindqvist"]),
        ("zephyr lindqvist", vec!["Hanna Lindqvist"]),
        ("zephyr hanna stock", vec!["Hanna Lindqvist"]),
        ("mensah", vec!["Kofi Mensah"]),
        ("kofi.mensah@customer.example", vec!["Kofi Mensah"]),
        ("hanna", vec!["Hanna Berg", "Hanna Lindqvist"]),
    ] {
        let page = search(&cast.manager, words);
        assert_eq!(found(&page), names, "{words}");
    }
    for words in ["hanna mensah", "kofi stock", "mistral stock", "zephyr order", "hanna please"] {
        search(&cast.manager, words).expect(200, "Nothing found");
    }
    let page = search(&cast.manager, "hanger lindqvist");
    assert_eq!(marks(&page), ["Lindqvist", "hanger"]);
    page.expect(200, "Is the rear hanger in stock?");
    let page = search(&cast.manager, "mensah");
    assert_eq!(page.all(".found-person b"), ["Kofi Mensah"]);
    assert_eq!(page.all(".found .found-text"), ["Mistral"]);
    // What the viewer may not see, and what the filter leaves out, is not found by a name.
    cast.agent.open(hanna).form("Claim").submit();
    for words in ["lindqvist", "lindqvist hanger", "zephyr hanger"] {
        assert!(found(&search(&cast.other_agent, words)).is_empty(), "{words}");
        assert_eq!(found(&search(&cast.agent, words)), ["Hanna Lindqvist"], "{words}");
        assert!(found(&search(&cast.outsider, words)).is_empty(), "{words}");
        let path = |more: &str| format!("/search?q={}&{more}", words.replace(' ', "+"));
        assert!(found(&cast.agent.get(&path("owner=nobody"))).is_empty(), "{words}");
        assert!(found(&cast.agent.get(&path("to=2026-01-31"))).is_empty(), "{words}");
        assert_eq!(found(&cast.agent.get(&path("from=2026-01-31"))), ["Hanna Lindqvist"]);
    }
}

#[test]
fn the_reference_of_a_mail_and_the_number_in_the_audit_log_lead_to_the_conversation() {
    let (instance, cast) = Instance::with_cast();
    let (ivo, _) = cast.customer_writes(&instance, "Ivo", "The first question");
    let (nia, _) = cast.customer_writes(&instance, "Nia", &format!("Of my order #{ivo}"));
    for words in [
        format!("[#{ivo}-dd5176042ab8]"),
        format!("#{ivo}-dd5176042ab8"),
        format!("[#{ivo}-dd5176042ab8] nothing of this"),
    ] {
        assert_eq!(found(&search(&cast.agent, &words)), ["Ivo"], "{words}");
    }
    // It comes before what is newer, and others have the words, too.
    let pasted = format!("Question [#{ivo}-dd5176042ab8]");
    cast.customer_writes(&instance, "Tom", "One more question");
    assert_eq!(found(&search(&cast.agent, &pasted)), ["Ivo", "Tom"]);
    assert_eq!(found(&search(&cast.agent, &format!("#{ivo}"))), ["Ivo", "Nia"]);
    // In spam, too, but no one that is another's.
    cast.agent.open(ivo).form("Mark as spam").submit();
    assert_eq!(found(&search(&cast.agent, &pasted)), ["Ivo", "Tom"]);
    cast.agent.open(nia).form("Claim").submit();
    search(&cast.other_agent, &format!("[#{nia}-dd5176042ab8]")).expect(200, "Nothing found");
    search(&cast.outsider, &format!("#{ivo}")).expect(200, "Nothing found");
}
