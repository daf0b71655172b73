-- a copy of the database knows no merchant, so it can neither charge nor refund anybody
UPDATE payment_provider
   SET jazzcash_merchant_id = NULL,
       jazzcash_password = NULL,
       jazzcash_integrity_salt = NULL,
       jazzcash_merchant_mpin = NULL;
