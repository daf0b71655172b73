from . import base, data, devices, home, messages, money, native, profile, visits
