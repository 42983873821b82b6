DROP TABLE answered_forms;
