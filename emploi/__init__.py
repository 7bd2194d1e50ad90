"""Emploi d'abord : l'outil d'un Département pour accompagner chaque entrant au RSA vers l'emploi."""
