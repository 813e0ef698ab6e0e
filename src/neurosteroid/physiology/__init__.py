"""What the body makes: ovarian cycle, synthesis pathway, pregnancy, stress."""
