"""How people sign in, and what they may."""

from allauth.account.auth_backends import AuthenticationBackend

from ..core.rules import rights_kept_of


class MemberBackend(AuthenticationBackend):
    """allauth's, but that it reads a person's permissions, those of their groups and their roles at once."""

    def get_all_permissions(self, user_obj, obj=None):
        if not user_obj.is_active or user_obj.is_anonymous or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        return rights_kept_of(user_obj).permissions
