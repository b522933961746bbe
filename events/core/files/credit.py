"""The line by which every file says who pays for the project."""

#: As the programme writes it, in no other language.
CREDIT = "Interreg France-Wallonie-Vlaanderen – avec le soutien du Fonds Européen de Développement Régional"
