from . import base, data, home, messages, money, native, profile, visits
