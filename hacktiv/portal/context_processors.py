def site(request):
    """What every page of the site may show."""
    return {}
