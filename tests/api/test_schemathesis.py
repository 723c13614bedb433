"""Whatever the document allows, and much that it does not, is asked of every address: no server error, no answer that the
document does not know, and each in the form it names."""

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.base import ApiTestCase
from tracking.models import Report

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 6  # an operation and mode: ten to twenty seconds in all
QUIET = settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


class DocumentHoldsTest(ApiTestCase):
    """schemathesis, without a network: through the WSGI application and all middleware."""

    def setUp(self):
        """The connection is the test's, in its transaction: no request closes it (Django's own client does the same)."""
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
            self.addCleanup(signal.connect, close_old_connections)

    def test_every_answer_is_one_of_the_document(self):
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
        self.seen = set()
        operations = [found.ok() for found in schema.get_all_operations()]
        self.assertGreater(len(operations), 18)
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                with self.subTest(operation=operation.label, mode=mode.name):
                    self.ask(operation, mode)
        # It got somewhere: answers of every kind were among them.
        self.assertGreaterEqual(self.seen, {200, 401, 404, 422})

    def ask(self, operation, mode):
        """Ask one operation in many ways, a good half of them about rows there are, by those who may and who may not."""
        try:
            strategy = operation.as_strategy(generation_mode=mode)
        except ValueError:  # nothing about it can be wrong
            return

        @QUIET
        @given(case=strategy, who=st.sampled_from(("moral", "moral", "reader", "finance", None)), is_real=st.booleans())
        def one(case, who, is_real):
            if is_real and "pk" in (case.path_parameters or {}):
                case.path_parameters["pk"] = self.row_of(operation.path)
            headers = {"Authorization": f"Bearer {self.tokens[who]}" if who else ""}
            with transaction.atomic():
                response = case.call(headers=headers)
                transaction.set_rollback(True)
            self.seen.add(response.status_code)
            case.validate_response(response, checks=CHECKS)

        one()

    def row_of(self, path):
        """Return the id of a row the address speaks of."""
        made = {"plans": self.plan, "items": self.item, "periods": self.period, "offices": self.moral}
        row = made.get(path.split("/")[3]) or Report.objects.get(pk=self.report.pk)
        return row.pk
