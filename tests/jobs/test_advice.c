/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Which advices a shot's figures give: each row is a shot, and the names of what applies, in their order. */

#include "jobs/explain.h"
#include "zd_test.h"

/* The figures of a good split: a fifth of the picture, one sure subject, all of it inside. */
static const zd_matte_facts good = { .foreground = 0.2f,
                                     .subject = 0.18f,
                                     .in_subject = 0.17f,
                                     .floor = 0.01f,
                                     .subjects = 1,
                                     .has_probability = true };

typedef struct row {
    zd_matte_facts facts;
    float suggested_in; /* of depths 2 (furthest) to 6 */
    float confidence;
    bool selected;
    bool has_subject;
    const char *names;
} row;

static void require_names(const row *r)
{
    char names[160] = "";
    int count = 0;
    const zd_advice *advices = zd_explain_advices(&count);
    zd_shot shot = { .range = { 2.0f, 6.0f },
                     .suggested_in = r->suggested_in,
                     .confidence = r->confidence,
                     .selected = r->selected };
    zd_finding finding = { .shot = &shot, .facts = r->facts };
    for (int i = 0; i < count; i++) {
        if (advices[i].applies(&finding)) {
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s ", advices[i].name);
        }
        REQUIRE(strlen(advices[i].text) > 20);
    }
    REQUIRE_TEXT(names, r->names);
    REQUIRE_INT(zd_explain_has_subject(&finding), r->has_subject);
}

static void a_good_shot_needs_none(void)
{
    require_names(&(row){ good, 4.0f, 0.9f, false, true, "" });
    require_names(&(row){ good, 4.0f, 0.6f, false, true, "" });
}

static void a_guess_is_told(void)
{
    require_names(&(row){ good, 4.0f, 0.59f, false, true, "unsure " });
    require_names(&(row){ good, 4.0f, 0.59f, true, true, "" }); /* a box was drawn */
}

static void people_are_missed(void)
{
    zd_matte_facts f = good;
    f.subject = 0.031f;
    f.in_subject = 0.03f;
    require_names(&(row){ f, 4.0f, 0.9f, false, true, "" });
    f.subject = 0.029f;
    f.in_subject = 0.0f;
    require_names(&(row){ f, 4.0f, 0.2f, false, false, "nobody " });
    require_names(&(row){ f, 4.0f, 0.2f, true, false, "" });
    f.has_probability = false;
    require_names(&(row){ f, 4.0f, 0.9f, false, false, "no_probability " });
    require_names(&(row){ f, 4.0f, 0.2f, false, false, "no_probability unsure " });
}

/* A border beyond the nearest depth is nobody's: nothing lies in front of it. */
static void an_empty_shot_is_told_once(void)
{
    zd_matte_facts f = { .has_probability = true };
    require_names(&(row){ f, 60.0f, 0.1f, false, false, "empty " });
    require_names(&(row){ f, 60.0f, 0.1f, true, false, "nothing " });
    require_names(&(row){ f, 4.0f, 0.1f, false, false, "nobody nothing " });
}

static void the_floor_is_compared_with_the_foreground(void)
{
    zd_matte_facts f = good;
    f.floor = 0.049f;
    require_names(&(row){ f, 4.0f, 0.9f, false, true, "" });
    f.floor = 0.051f;
    require_names(&(row){ f, 4.0f, 0.9f, false, true, "floor " });
    f.foreground = 0.029f; /* hardly anything has no floor worth a word */
    f.subject = f.in_subject = 0.02f;
    require_names(&(row){ f, 4.0f, 0.9f, true, false, "" });
}

static void parts_of_the_subject_are_counted_and_compared(void)
{
    zd_matte_facts f = good;
    f.subjects = 2;
    require_names(&(row){ f, 4.0f, 0.9f, false, true, "several " });
    f.subjects = 0;
    f.in_subject = 0.11f; /* of .18, a little above six tenths */
    require_names(&(row){ f, 4.0f, 0.9f, false, true, "" });
    f.in_subject = 0.105f;
    require_names(&(row){ f, 4.0f, 0.9f, false, true, "missing " });
}

static void all_and_nothing_are_told(void)
{
    zd_matte_facts f = good;
    f.foreground = 0.9f;
    require_names(&(row){ f, 4.0f, 0.9f, false, true, "" });
    f.foreground = 0.91f;
    require_names(&(row){ f, 4.0f, 0.9f, false, true, "everything " });
    f.foreground = 0.016f;
    f.floor = 0.0f;
    require_names(&(row){ f, 4.0f, 0.9f, false, true, "" });
    f.foreground = 0.014f;
    require_names(&(row){ f, 4.0f, 0.9f, false, true, "nothing " });
}

int main(void)
{
    RUN(a_good_shot_needs_none);
    RUN(a_guess_is_told);
    RUN(people_are_missed);
    RUN(an_empty_shot_is_told_once);
    RUN(the_floor_is_compared_with_the_foreground);
    RUN(parts_of_the_subject_are_counted_and_compared);
    RUN(all_and_nothing_are_told);
    return zd_test_finish();
}
