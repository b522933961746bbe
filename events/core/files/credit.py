"""The line about the programme's support, which every file shows."""

#: In French only, as the programme writes it.
CREDIT = "Interreg France-Wallonie-Vlaanderen – avec le soutien du Fonds Européen de Développement Régional"
