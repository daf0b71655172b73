from odoo.exceptions import ValidationError

LEAST_WORDS, LEAST_LETTERS = 2, 10


def check_reason(env, reason, question):
    """Return ``reason``, for which somebody will have to answer, without blanks around it.

    :param question: what was asked, for when there is no answer at all
    :raises ValidationError: nothing was given, or nothing that tells anybody why
    """
    text = " ".join(reason.split()) if isinstance(reason, str) else ""
    if not text:
        raise ValidationError(question)
    if len(text.split()) < LEAST_WORDS or sum(map(str.isalpha, text)) < LEAST_LETTERS:
        raise ValidationError(
            env._("“%s” does not say why. Give the reason in words that somebody else understands.", text)
        )
    return text
