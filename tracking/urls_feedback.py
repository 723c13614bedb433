"""Pages of the feedback: part of the namespace `tracking`."""

from django.urls import path

from .views import feedbacks

urlpatterns = [
    path("feedbacks/", feedbacks.feedback_list, name="feedback_list"),
    path("feedbacks/new/", feedbacks.feedback_new, name="feedback_new"),
    path("feedbacks/<int:pk>/", feedbacks.feedback_page, name="feedback_page"),
    path("feedbacks/<int:pk>/change/", feedbacks.feedback_change, name="feedback_change"),
    path("feedbacks/<int:pk>/sign/", feedbacks.feedback_sign, name="feedback_sign"),
    path("feedbacks/<int:pk>/letter.docx", feedbacks.feedback_docx, name="feedback_docx"),
    path("feedbacks/<int:pk>/delete/", feedbacks.feedback_delete, name="feedback_delete"),
]
