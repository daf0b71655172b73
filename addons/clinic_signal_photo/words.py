"""What the page says of photos."""

from odoo.addons.clinic_consent.words import add_words

WORDS = {
    "en": {
        "photo": "Photos",
        "photo_text": "You may add up to {count}. Only those who treat you see them.",
        "photo_add": "Add a photo",
        "photo_busy": "One moment…",
        "photo_added": "Photo {number}",
        "photo_drop": "Remove",
        "photo_refused": "This picture could not be read. Choose a photo of at most 25 MB, or take it again.",
        "photo_enough": "That is as many photos as one report takes.",
    },
    "ur": {
        "photo": "تصویریں",
        "photo_text": "آپ {count} تک تصویریں شامل کر سکتے ہیں۔ انہیں صرف آپ کا علاج کرنے والے دیکھتے ہیں۔",
        "photo_add": "تصویر شامل کریں",
        "photo_busy": "ایک لمحہ…",
        "photo_added": "تصویر {number}",
        "photo_drop": "ہٹائیں",
        "photo_refused": "یہ تصویر پڑھی نہیں جا سکی۔ زیادہ سے زیادہ 25 MB کی تصویر چنیں یا دوبارہ لیں۔",
        "photo_enough": "ایک رپورٹ میں اتنی ہی تصویریں آ سکتی ہیں۔",
    },
    "fa": {
        "photo": "عکس‌ها",
        "photo_text": "می‌توانید تا {count} عکس بیفزایید. فقط درمانگران شما آن‌ها را می‌بینند.",
        "photo_add": "افزودن عکس",
        "photo_busy": "یک لحظه…",
        "photo_added": "عکس {number}",
        "photo_drop": "حذف",
        "photo_refused": "این عکس خوانده نشد. عکسی حداکثر ۲۵ مگابایتی انتخاب کنید یا دوباره بگیرید.",
        "photo_enough": "بیش از این عکس در یک گزارش جا نمی‌گیرد.",
    },
    "ar": {
        "photo": "صور",
        "photo_text": "يمكنك إضافة حتى {count} صور. لا يراها إلا من يعالجونك.",
        "photo_add": "أضف صورة",
        "photo_busy": "لحظة…",
        "photo_added": "صورة {number}",
        "photo_drop": "إزالة",
        "photo_refused": "تعذرت قراءة هذه الصورة. اختر صورة لا تتجاوز 25 ميغابايت أو التقطها من جديد.",
        "photo_enough": "لا يتسع بلاغ واحد لصور أكثر.",
    },
}

add_words({lang: {f"report_{key}": text for key, text in own.items()} for lang, own in WORDS.items()})
