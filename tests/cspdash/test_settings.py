"""A setting comes from the right place, and a wrong one says what, where and what to do."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspdash.domain.looking_outside import DEFAULT_REASONS
from cspdash.settings import Settings, SettingsError, has_secret, kept_secret

GOOD_SECRET = "fK3v-8LmQw2Zr7TnXc5Yb9Jd1Hs4Gp6Ae"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def write(home: Path, text: str) -> None:
    (home / "cspdash.toml").write_text(text, encoding="utf-8")


def refusal(home: Path, **given: object) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings.load(home, **given)
    return str(caught.value)


class TestWhereAValueComesFrom:
    def test_defaults(self, home: Path) -> None:
        settings = Settings.load(home)
        assert (settings.mode, settings.port, settings.handling_marking) == ("production", 8050, "OFFICIAL-SENSITIVE")
        assert settings.database_url == f"sqlite:///{home}/data/cspdash.db"
        assert settings.cache_dir == home / "cache"
        assert settings.families == ()

    def test_argument_before_environment_before_file(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(home, "port = 1\nhost = 'file'\nlog_level = 'ERROR'")
        monkeypatch.setenv("CSPDASH_PORT", "2")
        monkeypatch.setenv("CSPDASH_HOST", "environment")
        settings = Settings.load(home, port=3)
        assert (settings.port, settings.host, settings.log_level) == (3, "environment", "ERROR")

    def test_an_argument_of_none_is_not_given(self, home: Path) -> None:
        assert Settings.load(home, port=None).port == 8050

    def test_home_from_the_environment(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(home, "port = 1")
        monkeypatch.setenv("CSPDASH_HOME", str(home))
        assert (Settings.load().home, Settings.load().port) == (home, 1)

    def test_home_is_the_current_folder_if_nobody_says(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(home, "port = 1")
        monkeypatch.chdir(home)
        assert (Settings.load().home, Settings.load().port) == (home, 1)

    def test_lists_with_commas_or_as_toml(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(home, 'families = ["stl", "intel"]\nbank_holiday_additions = [2026-12-31]')
        assert Settings.load(home).families == ("stl", "intel")
        assert Settings.load(home).bank_holiday_additions == (date(2026, 12, 31),)
        monkeypatch.setenv("CSPDASH_FAMILIES", "acro, oocd")
        monkeypatch.setenv("CSPDASH_BANK_HOLIDAY_ADDITIONS", "2026-12-30,2026-12-31")
        assert Settings.load(home).families == ("acro", "oocd")
        assert Settings.load(home).bank_holiday_additions == (date(2026, 12, 30), date(2026, 12, 31))

    def test_an_empty_variable_sets_nothing(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CSPDASH_FORCE_NAME", "")
        assert Settings.load(home).force_name == "This force"

    def test_cache_elsewhere(self, home: Path) -> None:
        write(home, "cache_dir = '/var/cache/cspdash'")
        assert Settings.load(home).cache_dir == Path("/var/cache/cspdash")

    def test_nothing_changes_it_afterwards(self, home: Path) -> None:
        with pytest.raises(ValueError, match="frozen"):
            Settings.load(home).port = 1  # type: ignore[misc]


class TestConnections:
    def test_file_and_environment_together(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(home, "[connections]\nhr = 'sqlite:///hr.db'\nathena = 'sqlite:///old.db'")
        monkeypatch.setenv("CSPDASH_CONNECTION_ATHENA", "postgresql+psycopg://reader:pw@athena/live")
        settings = Settings.load(home)
        assert settings.connection_url("hr") == "sqlite:///hr.db"
        assert settings.connection_url("athena") == "postgresql+psycopg://reader:pw@athena/live"

    def test_passwords_are_not_shown(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CSPDASH_CONNECTION_ATHENA", "postgresql://reader:hunter2@athena/live")
        monkeypatch.setenv("CSPDASH_DATABASE_URL", "postgresql://writer:hunter2@db/cspdash")
        monkeypatch.setenv("CSPDASH_SECRET_KEY", GOOD_SECRET)
        shown = repr(Settings.load(home)) + str(Settings.load(home))
        assert "hunter2" not in shown
        assert GOOD_SECRET not in shown

    def test_unknown_name(self, home: Path) -> None:
        with pytest.raises(SettingsError, match=r"no connection is called 'athena'.*CSPDASH_CONNECTION_ATHENA"):
            Settings.load(home).connection_url("athena")

    def test_a_name_the_environment_could_not_spell(self, home: Path) -> None:
        write(home, "[connections]\n'Command & Control' = 'sqlite:///cc.db'")
        assert "lower-case letters" in refusal(home)

    def test_all_in_one_variable(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CSPDASH_CONNECTIONS", '{"athena": "sqlite:///a.db"}')
        assert "CSPDASH_CONNECTION_ATHENA" in refusal(home)


class TestLookReasons:
    def test_a_force_has_a_list_of_its_own(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert list(Settings.load(home).look_reasons) == list(DEFAULT_REASONS)
        write(home, "look_reason_minutes = 30\n[look_reasons]\nconduct = 'Complaint'\nintel = 'Intelligence review'")
        looking = Settings.load(home).looking
        assert (dict(looking.reasons), looking.minutes) == (
            {"conduct": "Complaint", "intel": "Intelligence review"},
            30,
        )
        monkeypatch.setenv("CSPDASH_LOOK_REASONS", "one_to_one=1:1 meeting, other=Other purpose")
        assert Settings.load(home).look_reasons == {"one_to_one": "1:1 meeting", "other": "Other purpose"}

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("look_reasons = {}", "one to 8 reasons"),
            ("[look_reasons]\n" + "\n".join(f"reason_{number} = 'x'" for number in range(9)), "one to 8 reasons"),
            ("[look_reasons]\n'Dip sample' = 'Dip sample'", "cannot be a code"),
            ("[look_reasons]\naudit = ' '", "one line"),
            (f"[look_reasons]\naudit = '{'long ' * 20}'", "at most 60 characters"),
            ("look_reason = 'sometimes'", "look_reason"),
            ("look_reason_minutes = 1", "look_reason_minutes"),
        ],
    )
    def test_what_is_no_list(self, home: Path, text: str, said: str) -> None:
        write(home, text)
        assert said in refusal(home)


class TestSecrets:
    def test_secret_key_in_the_file(self, home: Path) -> None:
        write(home, f"secret_key = '{GOOD_SECRET}'")
        said = refusal(home)
        assert str(home / "cspdash.toml") in said
        assert "CSPDASH_SECRET_KEY" in said
        assert GOOD_SECRET not in said

    @pytest.mark.parametrize(
        ("line", "variable"),
        [
            ("database_url = 'postgresql://u:hunter2@db/x'", "CSPDASH_DATABASE_URL"),
            ("[connections]\nathena = 'mssql+pyodbc://u:hunter2@h/x'", "CSPDASH_CONNECTION_ATHENA"),
            (
                "[connections]\nathena = 'mssql+pyodbc:///?odbc_connect=UID%3Du%3BPWD%3Dhunter2'",
                "CSPDASH_CONNECTION_ATHENA",
            ),
            ("[connections]\nlists = 'https://lists.example/api?access_token=hunter2'", "CSPDASH_CONNECTION_LISTS"),
        ],
    )
    def test_password_in_the_file(self, home: Path, line: str, variable: str) -> None:
        write(home, line)
        said = refusal(home)
        assert variable in said
        assert "hunter2" not in said

    @given(st.text())
    def test_any_text_can_be_looked_at(self, text: str) -> None:
        assert has_secret(text) in (True, False)

    @pytest.mark.parametrize("key", ["short", "changeme" * 8, "x" * 64])
    def test_weak_key(self, home: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
        monkeypatch.setenv("CSPDASH_SECRET_KEY", key)
        said = refusal(home)
        assert "environment variable CSPDASH_SECRET_KEY" in said
        assert "token_urlsafe" in said
        assert key not in said.replace("CSPDASH_SECRET_KEY: secret_key: too short", "")

    def test_production_has_none_of_its_own(self, home: Path) -> None:
        settings = Settings.load(home)
        assert settings.secret_key is None
        with pytest.raises(SettingsError, match="CSPDASH_SECRET_KEY"):
            settings.require_secret_key()

    def test_production_takes_it_from_the_environment(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CSPDASH_SECRET_KEY", GOOD_SECRET)
        assert Settings.load(home).require_secret_key() == GOOD_SECRET

    def test_demonstration_keeps_one(self, home: Path) -> None:
        first = Settings.load(home, mode="demo").require_secret_key()
        assert len(first) >= 32
        assert Settings.load(home, mode="demo").require_secret_key() == first
        assert stat.S_IMODE((home / "data" / "secret.key").stat().st_mode) == 0o600

    def test_processes_that_start_at_once_agree(self, home: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(kept_secret, [home / "data" / "secret.key"] * 64))) == 1
        assert [path.name for path in (home / "data").iterdir()] == ["secret.key"]


class TestWrongSettings:
    def test_the_file_is_named(self, home: Path) -> None:
        write(home, "port = 'high'")
        said = refusal(home)
        assert said.startswith(f"{home / 'cspdash.toml'}: port: ")
        assert "default: 8050" in said

    def test_the_variable_is_named(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CSPDASH_MIN_PEERS", "1")
        assert refusal(home).startswith("environment variable CSPDASH_MIN_PEERS: min_peers: ")

    def test_all_at_once(self, home: Path) -> None:
        write(home, "port = 0\nmin_volume = 0")
        said = refusal(home, mode="holiday")
        assert [name in said for name in ("port", "min_volume", "mode")] == [True] * 3

    def test_no_setting_of_that_name(self, home: Path) -> None:
        write(home, "prot = 8051\nzebra = 1")
        said = refusal(home)
        assert "'prot' is no setting. Did you mean port?" in said
        assert "'zebra' is no setting. docs/settings.md lists them." in said

    def test_nearly_a_variable(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CSPDASH_SECRET_KYE", GOOD_SECRET)
        assert "environment variable CSPDASH_SECRET_KYE: is no setting. Did you mean CSPDASH_SECRET_KEY?" in refusal(
            home
        )

    def test_a_variable_of_the_platform(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CSPDASH_SERVICE_HOST", "10.0.0.1")
        assert Settings.load(home).host == "127.0.0.1"

    def test_home_in_its_own_file(self, home: Path) -> None:
        write(home, "home = '/elsewhere'")
        assert "'home' cannot be set here" in refusal(home)

    def test_not_toml(self, home: Path) -> None:
        write(home, "port = ")
        assert "is not TOML" in refusal(home)

    def test_no_such_folder(self, home: Path) -> None:
        assert "`cspdash init" in refusal(home / "nowhere")

    def test_a_demonstration_makes_its_folder(self, home: Path) -> None:
        assert Settings.load(home / "demo", mode="demo").home.is_dir()

    @pytest.mark.parametrize(
        "path", ["https://evil.example/", "//evil.example", "/a//b", "sign-out", "/\\\\evil", "/a b", "/#"]
    )
    def test_signing_out_at_another_site(self, home: Path, path: str) -> None:
        with pytest.raises(SettingsError, match="is not a path of this site"):
            Settings.load(home, proxy_sign_out=path)

    def test_no_such_time_zone(self, home: Path) -> None:
        write(home, "force_timezone = 'Europe/Stevenage'")
        assert "Europe/London" in refusal(home)


def test_a_credential_comes_from_the_environment_alone_and_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSPDASH_CREDENTIAL_HUB", "s3cret-of-the-hub")
    settings = Settings.load(tmp_path)
    assert settings.credentials["hub"].get_secret_value() == "s3cret-of-the-hub"
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in repr(settings.model_dump())

    (tmp_path / "cspdash.toml").write_text('[credentials]\nhub = "s3cret-of-the-hub"\n')
    with pytest.raises(SettingsError) as error:
        Settings.load(tmp_path)
    assert "CSPDASH_CREDENTIAL_NAME" in str(error.value)
    assert "s3cret" not in str(error.value)
