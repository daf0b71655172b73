"""What must hold of the deployment's files; no Docker engine is needed to tell."""

import configparser
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
DOCKER = ROOT / "docker"
# Where Odoo checks a password, a code, a key or a link, also behind a language or a second slash.
DOORS = (
    *("/web/login", "/web/login/totp", "/ur/web/login", "//web/login", "/web/session/authenticate"),
    *("/web/reset_password", "/web/signup", "/auth-timeout/session/check-identity", "/auth/passkey/start-auth"),
    *("/json/2/res.partner/read", "/jsonrpc", "/xmlrpc/2/common"),
)


@pytest.fixture(scope="module")
def services() -> dict:
    return yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]


def _options(name: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "config" / name)
    return parser["options"]


def test_all_services_come_back_after_a_crash_and_rotate_their_logs(services):
    assert set(services) == {"db", "web", "cron", "backup", "limit", "proxy"}
    for name, service in services.items():
        assert service["restart"] == "unless-stopped", name
        assert service["logging"]["options"]["max-size"], name


def test_only_the_proxy_is_reachable_from_outside(services):
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["db"]["networks"] == ["inside"]
    compose = yaml.safe_load((DOCKER / "compose.yaml").read_text())
    assert compose["networks"]["inside"]["internal"] is True


def test_secrets_are_files_and_no_password_stands_anywhere(services):
    compose = yaml.safe_load((DOCKER / "compose.yaml").read_text())
    assert all(secret["file"].startswith("./secrets/") for secret in compose["secrets"].values())
    for name, service in services.items():
        for variable in service.get("environment", {}):
            assert "PASSWORD" not in variable or variable.endswith("_FILE"), (name, variable)
    for path in [*DOCKER.iterdir(), *(ROOT / "config").iterdir()]:
        assert not re.search(r"(password|passwd)\s*=\s*[\w-]+\s*$", path.read_text(), re.MULTILINE), path


def test_key_of_the_vault_and_certificate_of_consents_are_mounted(services):
    for name in ("vault_key", "consent_certificate"):
        for config, value in (("odoo-dev.conf", "development"), ("odoo-prod.conf", f"/run/secrets/{name}")):
            parser = configparser.ConfigParser(interpolation=None)
            parser.read(ROOT / "config" / config)
            assert parser.get("clinic", name) == value
        assert name in services["web"]["secrets"] and name in services["cron"]["secrets"]
        # The person who sets the clinic up makes it there.
        assert f"> docker/secrets/{name}" in (DOCKER / ".env.example").read_text()


def test_what_seals_is_the_same_version_in_development_and_in_the_image():
    pinned = {}
    for file in (ROOT / "requirements.txt", DOCKER / "requirements.txt"):
        lines = [line for line in file.read_text().splitlines() if "==" in line]
        pinned[file] = {line.partition("==")[0].lower(): line for line in lines}
    names = ("pyhanko", "pyhanko-certvalidator", "oscrypto", "uritools", "tzlocal")
    for name in names:
        assert len({versions.get(name) for versions in pinned.values()}) == 1, name


def test_data_lives_in_named_volumes(services):
    compose = yaml.safe_load((DOCKER / "compose.yaml").read_text())
    assert set(compose["volumes"]) == {"db-data", "odoo-data", "checkpoints", "backups", "proxy-data"}
    mounted = ["odoo-data:/var/lib/odoo", "checkpoints:/var/lib/clinic-checkpoints"]
    assert services["web"]["volumes"] == services["cron"]["volumes"] == mounted
    # Who gets into a web server gets neither the backups nor what opens them.
    assert services["backup"]["volumes"] == [*mounted, "backups:/var/lib/clinic-backups"]
    ours = {name for name, service in services.items() if "backup_password" in service.get("secrets", [])}
    assert ours == {"backup"}
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "config" / "odoo-prod.conf")
    assert parser.get("clinic", "backup") == "/var/lib/clinic-backups"
    for option, name in (
        ("backup_password", "backup_password"),
        ("backup_environment", "backup_environment"),
        ("backup_role_password", "postgres_password"),
    ):
        assert parser.get("clinic", option) == f"/run/secrets/{name}"
        assert name in services["backup"]["secrets"]


def test_a_new_database_s_logs_belong_to_a_role_of_their_own(services):
    assert (DOCKER / "create-role.sh").read_text().rstrip().endswith("protect-logs")
    mounted = dict(volume.split(":")[:2] for volume in services["db"]["volumes"])
    script = (DOCKER / "protect-logs.sh").read_text()
    folder = (DOCKER / "../addons/clinic/sql").resolve()
    files = re.findall(rf"--file={mounted['../addons/clinic/sql']}/(\S+)", script)
    assert files == ["log.sql", "log_owner.sql"]
    assert all((folder / name).is_file() for name in files)
    assert mounted["./protect-logs.sh"] == "/usr/local/bin/protect-logs"


def test_odoo_is_healthy_once_it_serves_the_database(services):
    # Without the key of the vault, Odoo answers /web/health and nothing else.
    assert services["web"]["healthcheck"]["test"][-1] == "http://127.0.0.1:8069/web/manifest.webmanifest"


def test_many_who_come_in_one_moment_wait_in_a_long_queue(services):
    assert services["web"]["command"] == ["clinic-listen", "odoo"]
    assert "docker/listen.py /usr/local/bin/clinic-listen" in (DOCKER / "Dockerfile").read_text()
    # Odoo's port, where the proxy finds it.
    assert _options("odoo-prod.conf")["http_port"] == "8069"


def test_odoo_waits_for_a_healthy_database(services):
    assert "pg_isready" in " ".join(services["db"]["healthcheck"]["test"])
    for name in ("web", "cron"):
        assert services[name]["depends_on"]["db"]["condition"] == "service_healthy"


def test_websocket_goes_to_the_gevent_port_and_the_database_manager_nowhere():
    text = (DOCKER / "Caddyfile").read_text()
    assert re.search(r"handle /websocket\*? \{\s*reverse_proxy web:8072", text)
    assert re.search(r"handle /web/database/\* \{\s*respond 404", text)
    assert re.search(r"handle \{\s*reverse_proxy web:8069", text)


def test_passwords_codes_and_keys_are_tried_through_the_limit(services):
    text = (DOCKER / "Caddyfile").read_text()
    doors = re.search(r"@doors path (.*)", text)[1].split()
    for address in DOORS:
        assert any(fnmatch(address, door) for door in doors), address
    assert not any(fnmatch("/web/dataset/call_kw", door) for door in doors)
    assert re.search(r"handle @doors \{\s*reverse_proxy limit:8080", text)
    limit = (DOCKER / "limit.conf").read_text()
    assert "limit_req_status 429;" in limit
    assert "default $http_x_forwarded_for;" in limit
    assert services["limit"]["networks"] == ["outside"]
    assert "./limit.conf:/etc/nginx/limit.conf:ro" in services["limit"]["volumes"]


def test_addresses_with_tokens_are_not_logged():
    found = re.search(r'request>uri regexp "(.*)" "(.*)"', (DOCKER / "Caddyfile").read_text())
    written = re.sub(r"\$(\d)", r"\\g<\1>", found[2])
    for address, logged in (
        ("/web/reset_password?db=x&token=abc", "/web/reset_password?db=x&token=***"),
        ("/my/invoices/1?access_token=abc&x=1", "/my/invoices/1?access_token=***&x=1"),
        ("/clinic/sign/abc_-1?lang=ur", "/clinic/sign/***?lang=ur"),
        ("/clinic/kiosk/register/abc", "/clinic/kiosk/register/***"),
        ("/clinic/pay/0a1b?x=1", "/clinic/pay/***?x=1"),
        ("/c/abc/consents", "/c/***/consents"),
        ("/mailing/1/view?email=a%40b.c&hash_token=abc", "/mailing/1/view?email=***&hash_token=***"),
        ("/sms/3/unsubscribe/aB1?sms_number=%2B92", "/sms/3/unsubscribe/***?sms_number=***"),
        ("/sms/3/aB1", "/sms/3/***"),
        ("/clinic/report/abc_-1?lang=ur", "/clinic/report/***?lang=ur"),
        ("/clinic/call?number=0300/12&line=2", "/clinic/call?***"),
        ("/clinic/call/?line=2&number=0300 12", "/clinic/call/?***"),
        ("/ur//clinic//call?number=1&number=2", "/ur//clinic//call?***"),
        ("/clinic/kiosk/next", "/clinic/kiosk/next"),
    ):
        assert re.sub(found[1], written, address) == logged
    assert "access_log off;" in (DOCKER / "limit.conf").read_text()
    assert re.search(r"error_log \S+ warn;", (DOCKER / "limit.conf").read_text())
    assert "limit_req_log_level info;" in (DOCKER / "limit.conf").read_text()


def test_services_gain_no_rights_and_write_to_volumes_and_memory_only(services):
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is True, name
        assert service["mem_limit"] and service["pids_limit"], name
        assert "/tmp" in [mount.split(":")[0] for mount in service["tmpfs"]], name  # noqa: S108 (a container's)
        assert "privileged" not in service, name
    assert {name: service["cap_add"] for name, service in services.items() if "cap_add" in service} == {
        "proxy": ["NET_BIND_SERVICE"]
    }


def test_images_are_replaced_by_their_digests_in_one_place(services):
    variables = {"db": "POSTGRES_IMAGE", "limit": "NGINX_IMAGE", "proxy": "CADDY_IMAGE"}
    pinned = (DOCKER / "pin-images.sh").read_text()
    example = (DOCKER / ".env.example").read_text()
    for name, variable in variables.items():
        tag = re.fullmatch(rf"\$\{{{variable}:-(\S+)\}}", services[name]["image"])[1]
        assert f"pin {variable} {tag}" in pinned
        assert f"#{variable}=" in example
    assert services["web"]["build"]["args"]["ODOO_IMAGE"] == "${ODOO_IMAGE:-odoo:19}"
    assert "pin ODOO_IMAGE odoo:19" in pinned


def test_database_may_be_reached_by_tls_with_its_certificate_checked(services):
    assert services["web"]["environment"]["DB_SSLMODE"] == "${DB_SSLMODE:-prefer}"
    assert "db_sslmode = %s" in (DOCKER / "entrypoint.sh").read_text()
    tls = yaml.safe_load((DOCKER / "compose.tls.yaml").read_text())["services"]
    assert tls["db"]["command"][: len(services["db"]["command"])] == services["db"]["command"]
    assert "ssl=on" in tls["db"]["command"]
    for name in ("web", "cron"):
        assert tls[name]["environment"]["PGSSLROOTCERT"] == "/run/secrets/db_tls_cert"
        assert "db_tls_key" not in tls[name]["secrets"]


def test_sign_in_is_strict_in_production_and_relaxed_in_development():
    for name, relaxed in (("odoo-dev.conf", True), ("odoo-prod.conf", False)):
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(ROOT / "config" / name)
        assert (parser.get("clinic", "signin", fallback="strict") == "relaxed") is relaxed, name
    compose = yaml.safe_load((DOCKER / "compose.yaml").read_text())
    assert compose["services"]["web"]["environment"]["CLINIC_HOST"].startswith("${CLINIC_HOST:?")


def test_production_odoo_hides_its_databases_and_trusts_the_proxy():
    options = _options("odoo-prod.conf")
    assert options.getboolean("list_db") is False
    assert options.getboolean("proxy_mode") is True
    assert options["dbfilter"] == f"^{options['db_name']}$"
    assert options["gevent_port"] == "8072"


def test_connections_of_all_processes_fit_into_postgresql(services):
    options = _options("odoo-prod.conf")
    allowed = int(re.search(r"max_connections=(\d+)", " ".join(services["db"]["command"]))[1])
    workers, cron_threads = options.getint("workers"), 2
    needed = (workers + 1) * options.getint("db_maxconn") + options.getint("db_maxconn_gevent") + 16
    assert workers > 0
    assert needed + cron_threads < allowed


def test_crons_run_in_their_own_service(services):
    assert _options("odoo-prod.conf").getint("max_cron_threads") == 0
    assert "--max-cron-threads=2" in services["cron"]["command"]


def test_development_odoo_listens_on_this_machine_only():
    options = _options("odoo-dev.conf")
    assert options["http_interface"] == "127.0.0.1"
    assert options.getboolean("list_db") is False


def test_image_is_built_on_odoo_19_and_runs_without_root():
    lines = (DOCKER / "Dockerfile").read_text().splitlines()
    assert "ARG ODOO_IMAGE=odoo:19" in lines
    assert "FROM ${ODOO_IMAGE}" in lines
    assert [line for line in lines if line.startswith("USER")][-1] == "USER odoo"


def test_files_copied_into_the_image_exist():
    copied = re.findall(r"^COPY (?:--\S+ )*(\S+) ", (DOCKER / "Dockerfile").read_text(), re.MULTILINE)
    assert copied
    assert [path for path in copied if not (ROOT / path).exists()] == []


def _pins(path: Path) -> set[str]:
    return set(re.findall(r"^[\w.-]+==\S+", path.read_text(), re.MULTILINE))


def test_image_has_the_versions_that_are_tested():
    pins = _pins(DOCKER / "requirements.txt")
    assert pins
    assert pins <= _pins(ROOT / "requirements.txt")


def test_image_is_not_built_without_what_right_to_left_pages_need():
    assert re.search(r"^RUN rtlcss --version", (DOCKER / "Dockerfile").read_text(), re.MULTILINE)
