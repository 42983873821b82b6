-- "Kulz" finds "Külz", and the other way round. The triggers name the tables and stay.
DROP TABLE message_search;
CREATE VIRTUAL TABLE message_search USING fts5 (
    place, text, content = 'message_texts', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', columnsize = 0
);
INSERT INTO message_search (message_search) VALUES ('rebuild');
DROP TABLE subject_search;
CREATE VIRTUAL TABLE subject_search USING fts5 (
    place, text, content = 'subject_texts', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', columnsize = 0
);
INSERT INTO subject_search (subject_search) VALUES ('rebuild');
DROP TABLE contact_search;
CREATE VIRTUAL TABLE contact_search USING fts5 (
    place, text, content = 'contact_texts', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', columnsize = 0
);
INSERT INTO contact_search (contact_search) VALUES ('rebuild');

-- Contacts are sorted and searched without accents too: letter by letter, since SQLite
-- takes no letter apart.
CREATE TEMPORARY TABLE letters (accented TEXT NOT NULL, plain TEXT NOT NULL);
INSERT INTO letters VALUES (
    'àáâãäåçèéêëìíîïñòóôõöùúûüýÿāăąćĉċčďēĕėęěĝğġģĥĩīĭįĵķĺļľńņňōŏőŕŗřśŝşšţťũūŭůűųŵŷźżžơưǎǐǒǔǖǘǚǜǟǡǧǩǫǭǰǵǹǻȁȃȅȇȉȋȍȏȑȓȕȗșțȟȧȩȫȭȯȱȳḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕẖẗẘẙạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ',
    'aaaaaaceeeeiiiinooooouuuuyyaaaccccdeeeeegggghiiiijklllnnnooorrrssssttuuuuuuwyzzzouaiouuuuuaagkoojgnaaaeeiioorruusthaeooooyabbbcdddddeeeeefghhhhhiikkkllllmmmnnnnoooopprrrrsssssttttuuuuuvvwwwwwxxyzzzhtwyaaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyy'
);
UPDATE contacts SET (sort_name, search_text) = (
    WITH RECURSIVE fold (name, text, n) AS (
        SELECT contacts.sort_name, contacts.search_text, 1
        UNION ALL
        SELECT
            replace(name, substr(accented, n, 1), substr(plain, n, 1)),
            replace(text, substr(accented, n, 1), substr(plain, n, 1)),
            n + 1
        FROM fold, letters WHERE n <= length(accented)
    )
    SELECT name, text FROM fold ORDER BY n DESC LIMIT 1
)
WHERE length(CAST(search_text AS BLOB)) > length(search_text);
DROP TABLE letters;
