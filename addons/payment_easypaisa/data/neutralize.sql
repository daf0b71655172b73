-- A copy of a database can ask EasyPaisa for nothing.
UPDATE payment_provider
   SET easypaisa_store_id = NULL,
       easypaisa_account_number = NULL,
       easypaisa_username = NULL,
       easypaisa_password = NULL,
       easypaisa_hash_key = NULL;
UPDATE payment_provider SET state = 'disabled', is_published = FALSE WHERE code = 'easypaisa';
DELETE FROM ir_config_parameter WHERE key = 'payment_easypaisa.local_sandbox';
