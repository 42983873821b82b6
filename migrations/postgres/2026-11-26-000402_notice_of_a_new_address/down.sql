DELETE FROM deliveries WHERE kind = 'address_changed';
ALTER TABLE deliveries DROP CONSTRAINT deliveries_kind_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_kind_check
    CHECK (kind IN ('invitation', 'reset_password', 'verify_address', 'test'));
