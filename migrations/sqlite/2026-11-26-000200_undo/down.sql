DROP TABLE undo_changes;
DROP TABLE undos;
