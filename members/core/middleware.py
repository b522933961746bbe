from django.utils import translation

#: Beginning of the addresses for calendar programs, which never sign in: no session is loaded for them.
WITHOUT_SESSION = "/calendar/"


class UserLanguageMiddleware:
    """Use the person's own language on pages without a language in their address, such as the admin."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info.startswith(WITHOUT_SESSION):
            return self.get_response(request)
        if request.user.is_authenticated and not translation.get_language_from_path(request.path_info):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)
