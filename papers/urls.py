"""Pages of the papers (反馈, 通报, 催办单, 任务交办单)."""

from django.urls import path

from .views import compiling, feedbacks, letter_templates

app_name = "papers"
urlpatterns = [
    path("feedbacks/", feedbacks.feedback_list, name="feedback_list"),
    path("feedbacks/new/", compiling.feedback_new, name="feedback_new"),
    path("feedbacks/sign/", feedbacks.feedback_sign_all, name="feedback_sign_all"),
    path("feedbacks/book.docx", feedbacks.feedback_book, name="feedback_book"),
    path("feedbacks/papers.zip", feedbacks.feedback_zip, name="feedback_zip"),
    path("feedbacks/<int:pk>/", feedbacks.feedback_page, name="feedback_page"),
    path("feedbacks/<int:pk>/change/", compiling.feedback_change, name="feedback_change"),
    path("feedbacks/<int:pk>/sign/", feedbacks.feedback_sign, name="feedback_sign"),
    path("feedbacks/<int:pk>/return/", feedbacks.feedback_return, name="feedback_return"),
    path("feedbacks/<int:pk>/letter.docx", feedbacks.feedback_docx, name="feedback_docx"),
    path("feedbacks/<int:pk>/letter.pdf", feedbacks.feedback_pdf, name="feedback_pdf"),
    path("feedbacks/<int:pk>/delete/", feedbacks.feedback_delete, name="feedback_delete"),
    path("letter-templates/", letter_templates.template_list, name="template_list"),
    path("letter-templates/<int:pk>/file/", letter_templates.template_file, name="template_file"),
    path("letter-templates/<int:pk>/<slug:kind>/", letter_templates.template_page, name="template_page"),
    path(
        "letter-templates/<int:pk>/<slug:kind>/standard.docx",
        letter_templates.template_standard,
        name="template_standard",
    ),
    path("letter-templates/<int:pk>/<slug:kind>/sample.docx", letter_templates.template_sample, name="template_sample"),
    path("letter-templates/<int:pk>/<slug:kind>/reset/", letter_templates.template_reset, name="template_reset"),
]
