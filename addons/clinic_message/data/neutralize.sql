-- A copy of a clinic writes to nobody.
INSERT INTO ir_config_parameter (key, value) VALUES ('clinic_message.trial', 'True')
ON CONFLICT (key) DO UPDATE SET value = 'True';
DELETE FROM ir_config_parameter WHERE key IN ('clinic_message.trial_email', 'clinic_message.trial_phone');
UPDATE clinic_message_provider SET active = FALSE;
