"""nginx and gunicorn as in deploy/: no request meets a connection that is just being closed."""

from django.test import SimpleTestCase, tag

from tests.deployment.kept_connections import kept_by_nginx, run

SCALE = 75  # a second here is 75 of production: gunicorn counts whole seconds


@tag("concurrent")
class KeptConnectionTest(SimpleTestCase):
    """The times of both, in the same proportion, small enough for the suite."""

    def test_two_thousand_requests_after_gaps_around_both_times_and_none_fails(self):
        by_nginx = kept_by_nginx() / SCALE  # 0.8 s, the application's is 1 s
        gaps = [by_nginx - 0.05 + 0.013 * step for step in range(24)]  # 0.75 to 1.05 s
        answers = run(by_nginx, 1, gaps)
        print(f"\n{answers.total()} requests through nginx over kept connections: {dict(answers)}", flush=True)
        self.assertEqual(dict(answers), {"200": 2000})
