"""The settings that all environments share. Values that differ by place come from the environment (django-environ).

The configuration table in README.md lists every variable read here.
"""

import logging
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

#: Nobody's account is unused sooner: the first warning comes 60 days before the erasure.
FEWEST_MONTHS = 6

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_FAILURE_VIEW = "hacktiv.site.typed.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Translations must be registered before the apps whose models they extend are used, hence modeltranslation first.
INSTALLED_APPS = [
    "modeltranslation",
    "hacktiv.common",
    "hacktiv.site",
    "hacktiv.outbox",
    "hacktiv.erasures",
    "members",
    "spaces",
    "events",
    "training",
    "hacktiv.mailings",
    "hacktiv.merging",
    "reporting",
    "hacktiv.portal",
    "hacktiv.backup",
    "hacktiv.network",
    "hacktiv.demo",
    "hacktiv.portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "hacktiv.site.apps.SiteStaticFilesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Django hides the length of what it compresses, and masks its tokens (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "hacktiv.site.middleware.RequestLogMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "hacktiv.site.middleware.NoNulMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.core.middleware.UserLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hacktiv.site.typed.SignedOutMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hacktiv.portal.middleware.StaffSecondFactorMiddleware",
    "hacktiv.portal.middleware.ErasedMeanwhileMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hacktiv.common.ratelimit.TooManyRequestsMiddleware",
    "hacktiv.site.middleware.MethodNotAllowedMiddleware",
]

ROOT_URLCONF = "hacktiv.urls"
WSGI_APPLICATION = "hacktiv.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "hacktiv.site.context_processors.site",
                "members.core.context_processors.rights",
            ],
            "builtins": ["django.templatetags.l10n", "hacktiv.common.templatetags.hacktiv"],
        },
    },
]
# Our templates in templates/ may override the form widgets too.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the database ---------------------------------------------------------------------------------------------------
#: True where the database is the one that development embeds for want of a DATABASE_URL.
DATABASE_IS_EMBEDDED = False
#: How long a statement waits for a row that another transaction holds, and how long it lasts altogether: `0` is without
#: end. The web server, in hacktiv/wsgi.py, sets shorter ones than these, and manage.py none for `migrate`.
TIMEOUTS = {
    "lock_timeout": env("DATABASE_LOCK_TIMEOUT", default="60s"),
    "statement_timeout": env("DATABASE_STATEMENT_TIMEOUT", default="15min"),
}
#: A server that cannot be reached, or whose machine is gone, is given up after so long: seconds, the last milliseconds.
NETWORK = {
    "connect_timeout": 4,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
#: So many seconds the web server waits for an answer of a database that stands still; `0` is without end.
DATABASE_PATIENCE = env.int("DATABASE_PATIENCE", default=0)


def with_timeouts(database):
    """Add the timeouts of this process to the settings of a PostgreSQL database."""
    parameters = " ".join(f"-c {name}={value}" for name, value in TIMEOUTS.items())
    options = {**NETWORK, **database.get("OPTIONS", {}), "options": parameters}
    return {**database, "OPTIONS": options}


def cache_in_redis(url, **more):
    """Return the settings of a cache in Redis, for which a page waits a second at most."""
    return {
        "BACKEND": "hacktiv.common.redis_cache.LastingRedisCache",
        "LOCATION": url,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        **more,
    }


# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["members.accounts.backends.MemberBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:me"
# Where a newcomer is led whose address has just been confirmed, unless they came for another page.
WELCOME_URL = "portal:welcome"
COORDINATION_URL = "reporting:desk"
ACCOUNT_LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "members.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
# An address that a member asked for and has not confirmed keeps nobody from signing up with it.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_FORMS = {
    "signup": "members.accounts.forms.addresses.SignupForm",
    "login": "members.accounts.forms.addresses.LoginForm",
    "add_email": "members.accounts.forms.addresses.AddEmailForm",
    "change_password": "members.accounts.forms.addresses.ChangePasswordForm",
    "set_password": "members.accounts.forms.addresses.SetPasswordForm",
    "reset_password": "members.accounts.forms.addresses.ResetPasswordForm",
    "reset_password_from_key": "members.accounts.forms.addresses.ResetPasswordKeyForm",
    "reauthenticate": "members.accounts.forms.addresses.ReauthenticateForm",
    "request_login_code": "members.accounts.forms.addresses.RequestLoginCodeForm",
    "confirm_login_code": "members.accounts.forms.addresses.ConfirmLoginCodeForm",
}
# A code by mail signs in without the password, never without the second factor of who has one.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8}
# A person has one address; a new one takes its place when it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
# An open session alone changes no address: its owner types the password again, once in five minutes.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# So many links and codes to one address, whoever asks; of one network fewer (members/accounts/forms/addresses.py).
# Each link holds.
ACCOUNT_RATE_LIMITS = {"confirm_email": "20/h/key", "request_login_code": "20/m/ip,5/m/key,20/h/key"}
# A change of password, address or second factor is told to its owner.
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_ADAPTER = "members.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
# Who has a passkey may sign in with it alone: it asks for a finger, a face or the code of the device.
MFA_PASSKEY_LOGIN_ENABLED = True
# The code of half a minute ago and of the next one serve too: clocks of telephones differ.
MFA_TOTP_TOLERANCE = 1
# An address waits for its confirmation in nobody's way (ACCOUNT_PREVENT_ENUMERATION), so a new one may be asked for.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "members.accounts.forms.second_factor.AuthenticateForm",
    "reauthenticate": "members.accounts.forms.second_factor.ReauthenticateForm",
    "activate_totp": "members.accounts.forms.second_factor.ActivateTOTPForm",
    "add_webauthn": "members.accounts.forms.second_factor.AddPasskeyForm",
    "edit_webauthn": "members.accounts.forms.second_factor.EditPasskeyForm",
}
#: An account that nobody has used for so many months is erased, after two warnings; none is where it is 0.
UNUSED_ACCOUNT_MONTHS = env.int("UNUSED_ACCOUNT_MONTHS", default=36)
if UNUSED_ACCOUNT_MONTHS != 0 and UNUSED_ACCOUNT_MONTHS < FEWEST_MONTHS:
    raise ImproperlyConfigured(
        f"UNUSED_ACCOUNT_MONTHS is {UNUSED_ACCOUNT_MONTHS}: at least {FEWEST_MONTHS}, or 0 to erase no account."
    )
#: Whether staff must have a second factor before anything else: they must in production.
STAFF_SECOND_FACTOR = False

# --- languages and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("nl", "Nederlands"), ("en", "English")]
#: The languages in which the programme publishes the names of its indicators. In the others they are our translation.
LANGUAGES_OF_INDICATORS = ("en",)
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "fr"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("fr", "nl", "en")
USE_I18N = True
FORMAT_MODULE_PATH = ["hacktiv.common.formats"]
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Europe/Brussels"

# --- files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "media"))
# Proofs lie apart: no web server hands them out.
PRIVATE_ROOT = env.path("PRIVATE_ROOT", default=str(BASE_DIR / "private"))
# Erasures are remembered apart from the database and its backups, to be made again after a restore.
ERASURE_JOURNAL = env.path("ERASURE_JOURNAL", default=str(Path(PRIVATE_ROOT).parent / "erasures" / "journal"))
STORAGES = {
    "default": {"BACKEND": "hacktiv.common.storage.WholeFileStorage"},
    "private": {"BACKEND": "hacktiv.common.storage.PrivateStorage", "OPTIONS": {"location": PRIVATE_ROOT}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# A photo may be 15 MB; everything else that a form sends is far smaller.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# A table of a hundred rows sends each field twice: as it is, and as the page showed it.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- pages that all visitors share are kept so long in the cache, at most ---------------------------------------------
SHARED_PAGES_SECONDS = 60

# --- the licence of the results that are open data, in words, with its address; empty: none is chosen -----------------
OPEN_DATA_LICENCE = env("OPEN_DATA_LICENCE", default="")

# --- mail: it leaves by the outbox only ------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Hacktiv'Ardenne <ne-pas-repondre@hacktivardenne.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
# A mail that has waited longer for a sender or a mail server is told to who runs the platform.
#: `host:port` on which the web server answers `/healthz` apart from the pages; nowhere where it is empty.
HEALTH_BIND = env("HEALTH_BIND", default="")
#: With less room than this (MB) on a disk that files are saved to, the health check warns.
DISK_FREE_MB = env.int("DISK_FREE_MB", default=500)
MAIL_LATE_MINUTES = env.int("MAIL_LATE_MINUTES", default=15)

# Absolute addresses in mails are built on this.
SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")

# --- tasks ----------------------------------------------------------------------------------------------------------
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for as long as it takes
# Every task may run twice at once: one that loses the broker goes on to its end rather than being cut off in a mail.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
# A process of the pool that took more (kB, shared pages counted in) for a picture or a report is forked anew after it.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 140_000
# A wake-up that finds no broker must not hold a visitor: the beat sweeps what it would have announced.
# A worker waits on the broker for new orders, a page only to leave one: hacktiv/wsgi.py sets a shorter time.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": env.int("BROKER_TIMEOUT", default=10),
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
# The schedule is code, and every task in it sweeps for what is due: beat needs to remember nothing between two runs.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    # An order that waited longer than its interval is void: the next one does its work.
    "send-due-messages": {
        "task": "hacktiv.outbox.tasks.send_due",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "purge-messages": {"task": "hacktiv.outbox.tasks.purge", "schedule": 3600.0},
    "write-erasure-journal": {
        "task": "hacktiv.erasures.tasks.write_journal",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # Often: so soon after an outage of the broker does /healthz know that the work goes on.
    "beat-heartbeat": {"task": "hacktiv.site.tasks.beat_heartbeat", "schedule": 5.0, "options": {"expires": 90}},
    "release-missed-bookings": {"task": "spaces.tasks.release_missed", "schedule": 60.0, "options": {"expires": 60}},
    "tend-waiting-lists": {"task": "spaces.tasks.tend_waits", "schedule": 60.0, "options": {"expires": 60}},
    "schedule-event-messages": {"task": "events.tasks.schedule_messages", "schedule": 600.0},
    "tend-lines": {"task": "events.tasks.tend_lines", "schedule": 60.0, "options": {"expires": 60}},
    "forget-unconfirmed-guests": {"task": "events.tasks.forget_unconfirmed_guests", "schedule": 3600.0},
    "forget-travel": {"task": "events.tasks.forget_travel", "schedule": 3600.0},
    "note-opened-days": {"task": "spaces.tasks.note_opened_days", "schedule": 3600.0},
    "draw-pictures": {"task": "spaces.tasks.draw_pictures", "schedule": 60.0, "options": {"expires": 60}},
    "sweep-orphan-files": {
        "task": "hacktiv.site.tasks.sweep_files",
        "schedule": crontab(hour=3, minute=30),
        "options": {"expires": 12 * 3600},
    },
    "clear-sessions": {
        "task": "hacktiv.site.tasks.clear_sessions",
        "schedule": crontab(hour=3, minute=45),
        "options": {"expires": 12 * 3600},
    },
    "forget-ended-sessions": {
        "task": "members.tasks.forget_ended_sessions",
        "schedule": crontab(hour=3, minute=50),
        "options": {"expires": 12 * 3600},
    },
    "resume-mailings": {
        "task": "hacktiv.mailings.tasks.resume_mailings",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "forget-contact-messages": {
        "task": "spaces.tasks.forget_contact_messages",
        "schedule": crontab(hour=4, minute=5),
        "options": {"expires": 12 * 3600},
    },
    "forget-old-mailings": {
        "task": "hacktiv.mailings.tasks.forget_old",
        "schedule": crontab(hour=4, minute=0),
        "options": {"expires": 12 * 3600},
    },
    "forget-sent-forms": {
        "task": "hacktiv.site.tasks.forget_sent_forms",
        "schedule": crontab(hour=3, minute=45),
        "options": {"expires": 12 * 3600},
    },
    "end-past-memberships": {
        "task": "spaces.tasks.end_past_memberships",
        "schedule": crontab(hour=0, minute=5),
        "options": {"expires": 12 * 3600},
    },
    # After those that are past.
    "end-memberships-beyond-agreements": {
        "task": "hacktiv.portal.tasks.end_beyond_agreements",
        "schedule": crontab(hour=0, minute=20),
        "options": {"expires": 12 * 3600},
    },
    "remind-of-ends-of-memberships": {
        "task": "spaces.tasks.remind_of_ends",
        "schedule": crontab(hour=5, minute=0),
        "options": {"expires": 12 * 3600},
    },
    "remind-of-requests-for-memberships": {
        "task": "spaces.tasks.remind_of_requests",
        "schedule": crontab(hour=5, minute=10),
        "options": {"expires": 12 * 3600},
    },
    "forget-invitations": {
        "task": "spaces.tasks.forget_invitations",
        "schedule": crontab(hour=3, minute=55),
        "options": {"expires": 12 * 3600},
    },
    "forget-unconfirmed-accounts": {
        "task": "members.tasks.forget_unconfirmed",
        "schedule": crontab(hour=3, minute=45),
        "options": {"expires": 12 * 3600},
    },
    "complete-address-changes": {"task": "members.tasks.complete_address_changes", "schedule": 3600.0},
    "resume-archives": {
        "task": "hacktiv.portal.tasks.resume_archives",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "tend-unused-accounts": {
        "task": "hacktiv.portal.tasks.tend_unused_accounts",
        "schedule": crontab(hour=4, minute=20),
        "options": {"expires": 12 * 3600},
    },
    "forget-archives": {
        "task": "hacktiv.portal.tasks.forget_archives",
        "schedule": crontab(hour=4, minute=10),
        "options": {"expires": 12 * 3600},
    },
    "erase-answers": {"task": "events.tasks.erase_answers", "schedule": 3600.0},
    "draw-photos-of-events": {"task": "events.tasks.draw_photos", "schedule": 60.0, "options": {"expires": 60}},
    "remind-partners": {
        "task": "reporting.tasks.remind_partners",
        "schedule": crontab(hour=5, minute=20),
        "options": {"expires": 6 * 3600},
    },
    "draft-reports-monthly": {
        "task": "reporting.tasks.draft_monthly",
        "schedule": crontab(hour=4, minute=40),
        "options": {"expires": 12 * 3600},
    },
    "resume-report-builds": {"task": "reporting.tasks.resume_builds", "schedule": 15.0},
    "resume-report-closings": {
        "task": "reporting.tasks.resume_closings",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "resume-report-files": {"task": "reporting.tasks.resume_files", "schedule": 15.0, "options": {"expires": 15}},
    "tend-report-files": {
        "task": "reporting.tasks.tend_files",
        "schedule": crontab(hour=4, minute=40),
        "options": {"expires": 12 * 3600},
    },
}

# --- safety ---------------------------------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# A headset's turning and place are told to our own pages, for the visit, and to nobody else's.
PERMISSIONS_POLICY = {
    **{feature: [] for feature in ("camera", "geolocation", "microphone", "payment", "usb")},
    "xr-spatial-tracking": "self",
}

# --- logs -----------------------------------------------------------------------------------------------------------
# How they look is set by hacktiv.settings.logging for each environment. Who asked is nobody's business afterwards, and
# finding out would cost a query on every page.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = None
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_SUCCESS_LOG_LEVEL = logging.DEBUG
