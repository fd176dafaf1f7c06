-- Whether the back office wants a session closed of which its terminal has not said yet that it heard so.
ALTER TABLE till_session ADD COLUMN close_wished boolean NOT NULL DEFAULT false;
