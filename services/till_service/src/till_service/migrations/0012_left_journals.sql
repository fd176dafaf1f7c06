-- What journals that were left told, by its place: shown beside the host's journal to whoever reviews it.
CREATE INDEX journal_left ON journal (store, terminal, epoch, seq) WHERE quarantine;
