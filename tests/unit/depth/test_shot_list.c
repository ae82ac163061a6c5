/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The list of shots and its text: written out by hand, read back, and damaged in every place. */

#include "depth/shot_list.h"
#include "zd_test.h"

static zd_error err;

static const zd_shot first = { .first_frame = 0,
                               .range = { -1.5f, 2.0f },
                               .suggested_in = 0.25f,
                               .suggested_out = 0.5f,
                               .suggested_probability = 0.75f,
                               .confidence = 0.125f };
static const zd_shot second = { .first_frame = 17,
                                .range = { 3.0f, 4.0f },
                                .suggested_in = -INFINITY,
                                .suggested_out = 5.0f,
                                .suggested_probability = 0.0f,
                                .confidence = 1.0f,
                                .selected = true,
                                .selected_subject = true,
                                .selected_in = 0.375f,
                                .selected_out = INFINITY };

#define FIRST  "0 -0x1.8p+0 0x1p+1 0x1p-2 0x1p-1 0x1.8p-1 0x1p-3 0 0x0p+0 0x0p+0"
#define SECOND "17 0x1.8p+1 0x1p+2 -inf 0x1.4p+2 0x0p+0 0x1p+0 2 0x1.8p-2 inf"

static zd_shot_list two_shots(zd_context *ctx)
{
    zd_shot_list list = { .ctx = ctx, .frame_count = 41, .kind = ZD_DEPTH_METRES };
    REQUIRE_OK(zd_shot_list_add(&list, first, &err));
    REQUIRE_OK(zd_shot_list_add(&list, second, &err));
    return list;
}

static void require_text(const zd_shot_list *list, const char *expected)
{
    zd_text text;
    zd_text_init(&text, list->ctx);
    zd_shot_list_write(list, &text);
    REQUIRE_TEXT(text.data, expected);
    zd_text_release(&text);
}

static void require_shot(const zd_shot *a, const zd_shot *b)
{
    REQUIRE_INT(a->first_frame, b->first_frame);
    REQUIRE_BYTES(&a->range, &b->range, sizeof a->range);
    REQUIRE_BYTES(&a->suggested_in, &b->suggested_in, sizeof(float));
    REQUIRE_BYTES(&a->suggested_out, &b->suggested_out, sizeof(float));
    REQUIRE_BYTES(&a->suggested_probability, &b->suggested_probability, sizeof(float));
    REQUIRE_BYTES(&a->confidence, &b->confidence, sizeof(float));
    REQUIRE_INT(a->selected, b->selected);
    REQUIRE_INT(a->selected_subject, b->selected_subject);
    REQUIRE_BYTES(&a->selected_in, &b->selected_in, sizeof(float));
    REQUIRE_BYTES(&a->selected_out, &b->selected_out, sizeof(float));
    REQUIRE_INT(a->is_pending, b->is_pending);
}

static void text_is_as_written_by_hand_and_comes_back(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_shot_list list = two_shots(ctx);
    zd_shot_list back = { .ctx = ctx };
    require_text(&list, "zdepth shots 2\n41 2 2\n" FIRST "\n" SECOND "\nend\n");
    REQUIRE_OK(
        zd_shot_list_parse(&back, "zdepth shots 2\n41 2 2\n" FIRST "\n" SECOND "\nend\n", &err));
    REQUIRE_INT(back.count, 2);
    REQUIRE_INT(back.frame_count, 41);
    REQUIRE_INT(back.kind, ZD_DEPTH_METRES);
    REQUIRE(!back.is_partial);
    require_shot(&back.shots[0], &first);
    require_shot(&back.shots[1], &second);
    /* Selected, but not on the subject. */
    list.shots[1].selected_subject = false;
    list.count = 1;
    list.shots[0] = list.shots[1];
    list.shots[0].first_frame = 0;
    list.kind = ZD_DEPTH_NEARNESS;
    require_text(&list, "zdepth shots 2\n41 0 1\n0 0x1.8p+1 0x1p+2 -inf 0x1.4p+2 0x0p+0 0x1p+0 1 "
                        "0x1.8p-2 inf\nend\n");
    zd_shot_list_release(&list);
    zd_shot_list_release(&back);
    REQUIRE(back.shots == NULL && back.count == 0 && back.capacity == 0 && back.ctx == ctx);
    zd_context_destroy(&ctx);
}

/* What is open is said at the end of each line, and only then. */
static void an_open_list_is_version_3(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_shot_list list = two_shots(ctx);
    zd_shot_list back = { .ctx = ctx };
    list.is_partial = true;
    require_text(&list, "zdepth shots 3\n41 2 2 1\n" FIRST " 0\n" SECOND " 0\nend\n");
    list.is_partial = false;
    list.shots[1].is_pending = true;
    const char *pending = "zdepth shots 3\n41 2 2 0\n" FIRST " 0\n" SECOND " 1\nend\n";
    require_text(&list, pending);
    list.shots[1].is_pending = false;
    list.shots[0].is_pending = true;
    require_text(&list, "zdepth shots 3\n41 2 2 0\n" FIRST " 1\n" SECOND " 0\nend\n");
    REQUIRE_OK(zd_shot_list_parse(&back, pending, &err));
    REQUIRE(!back.is_partial && !back.shots[0].is_pending && back.shots[1].is_pending);
    REQUIRE_INT(zd_shot_list_end(&back, 0), 17);
    REQUIRE_INT(zd_shot_list_end(&back, 1), 41);
    REQUIRE_OK(zd_shot_list_parse(
        &back, "zdepth shots 3\n41 2 2 1\n" FIRST " 1\n" SECOND " 0\nend\n", &err));
    REQUIRE(back.is_partial && back.shots[0].is_pending && !back.shots[1].is_pending);
    REQUIRE_INT(zd_shot_list_end(&back, 0), 17);
    REQUIRE(zd_shot_list_end(&back, 1) == INT64_MAX);
    zd_shot_list_release(&list);
    zd_shot_list_release(&back);
    zd_context_destroy(&ctx);
}

static void require_damaged(zd_context *ctx, const char *text, const char *message)
{
    zd_shot_list list = two_shots(ctx);
    REQUIRE_FAILS(zd_shot_list_parse(&list, text, &err), ZD_ERR_CORRUPT, message);
    REQUIRE(list.shots == NULL && list.count == 0);
}

static void what_is_damaged_is_refused(void)
{
    static const char none[] = "not a list of shots";
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        { "", none },
        { "zdepth shots 1\n41 2 1\n" FIRST "\nend\n", none },
        { "zdepth shots 4\n41 2 1\n" FIRST "\nend\n", none },
        { "zdepth shots 2\n0 2 1\n" FIRST "\nend\n", none },
        { "zdepth shots 2\n41 3 1\n" FIRST "\nend\n", none },
        { "zdepth shots 2\n41 -1 1\n" FIRST "\nend\n", none },
        { "zdepth shots 2\n41 2 0\nend\n", none },
        { "zdepth shots 2\n41 2 1000001\n" FIRST "\nend\n", none },
        { "zdepth shots 3\n41 2 1 2\n" FIRST " 0\nend\n", none },
        { "zdepth shots 3\n41 2 1\nend\n", none },
        { "zdepth shots 3\n41 2 1 0\n" FIRST " 2\nend\n", "shot 1 is damaged" },
        { "zdepth shots 3\n41 2 1 0\n" FIRST "\nend\n", "shot 1 is damaged" },
        { "zdepth shots 2\n41 2 1\n" SECOND "\nend\n", "shot 1 is damaged" }, /* begins at 17 */
        { "zdepth shots 2\n41 2 2\n" FIRST "\n" FIRST "\nend\n", "shot 2 is damaged" },
        { "zdepth shots 2\n17 2 2\n" FIRST "\n" SECOND "\nend\n", "shot 2 is damaged" },
        { "zdepth shots 2\n41 2 2\n" FIRST "\nend\n", "shot 2 is damaged" },
        { "zdepth shots 2\n41 2 1\n" FIRST "\n" SECOND "\nend\n", "the list has no end" },
        { "zdepth shots 2\n41 2 1\n" FIRST "\nend\n\n", "the list has no end" },
        { "zdepth shots 2\n41 2 1\n0 inf 1 0 0 0 0 0 0 0\nend\n", "shot 1 is damaged" },
        { "zdepth shots 2\n41 2 1\n0 0 inf 0 0 0 0 0 0 0\nend\n", "shot 1 is damaged" },
        { "zdepth shots 2\n41 2 1\n0 0 1 nan 0 0 0 0 0 0\nend\n", "shot 1 is damaged" },
        { "zdepth shots 2\n41 2 1\n0 0 1 0 nan 0 0 0 0 0\nend\n", "shot 1 is damaged" },
        { "zdepth shots 2\n41 2 1\n0 0 1 0 0 nan 0 0 0 0\nend\n", "shot 1 is damaged" },
        { "zdepth shots 2\n41 2 1\n0 0 1 0 0 0 0 -1 0 0\nend\n", "shot 1 is damaged" },
        { "zdepth shots 2\n41 2 1\n0 0 1 0 0 0 0 3 0 0\nend\n", "shot 1 is damaged" },
        { "zdepth shots 2\n41 2 1\n0 0 1 0 0 0 0 1 nan 0\nend\n", "shot 1 is damaged" },
        { "zdepth shots 2\n41 2 1\n0 0 1 0 0 0 0 1 0 nan\nend\n", "shot 1 is damaged" },
        { "zdepth shots 2\n41 2 1\n0 0 1 0 0 0 0 1 0\nend\n", "shot 1 is damaged" },
    };
    zd_context *ctx = zd_test_context(1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        require_damaged(ctx, cases[i].text, cases[i].message);
    }
    zd_shot_list list = { .ctx = ctx }; /* the borders of what is allowed */
    REQUIRE_OK(zd_shot_list_parse(&list, "zdepth shots 2\n1 0 1\n" FIRST "\nend\n", &err));
    REQUIRE_OK(
        zd_shot_list_parse(&list, "zdepth shots 2\n18 2 2\n" FIRST "\n" SECOND "\nend\n", &err));
    zd_shot_list_release(&list);
    zd_context_destroy(&ctx);
}

/* Forty shots grow the list twice past its first room; each frame is found by a plain search too. */
static void frames_are_found_in_their_shots(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_shot_list list = { .ctx = ctx, .frame_count = 1000 };
    for (int i = 0; i < 40; i++) {
        zd_shot shot = { .first_frame = (int64_t) i * (i + 1) / 2, .confidence = (float) i };
        REQUIRE_OK(zd_shot_list_add(&list, shot, &err));
    }
    REQUIRE_INT(list.count, 40);
    for (int64_t frame = 0; frame < 1000; frame++) {
        int expected = 0;
        for (int i = 0; i < 40; i++) {
            expected = (int64_t) i * (i + 1) / 2 <= frame ? i : expected;
        }
        int found = zd_shot_list_find(&list, frame);
        REQUIRE_INT(found, expected);
        REQUIRE(list.shots[found].confidence == (float) expected);
        REQUIRE(frame < zd_shot_list_end(&list, found));
    }
    REQUIRE_INT(zd_shot_list_end(&list, 0), 1);
    REQUIRE_INT(zd_shot_list_end(&list, 38), 780);
    REQUIRE_INT(zd_shot_list_end(&list, 39), 1000);
    list.count = ZD_SHOT_LIST_MAX; /* nothing is written there */
    REQUIRE_FAILS(zd_shot_list_add(&list, first, &err), ZD_ERR_LIMIT, "more than 1000000 shots");
    list.count = 40;
    zd_shot_list_release(&list);
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(text_is_as_written_by_hand_and_comes_back);
    RUN(an_open_list_is_version_3);
    RUN(what_is_damaged_is_refused);
    RUN(frames_are_found_in_their_shots);
    return zd_test_finish();
}
