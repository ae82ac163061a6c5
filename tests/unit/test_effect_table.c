/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Every number of every effect: described, within its range, by default what the table says, and set to
 * its two ends alone, which what lies beyond them is refused. */

#include "composite/effect_chain.h"
#include "composite/effect_spec.h"
#include "zd_test.h"

static zd_error err;

static void require_field(const zd_effect_step *step, const zd_effect_field *field, float value)
{
    for (int i = 0; i < field->count; i++) {
        float found;
        memcpy(&found, step->params.bytes + field->offset + (size_t) i * sizeof found,
               sizeof found);
        if (found != value) {
            ZD_TEST_FAIL("%s: number %d of %s is %g, expected %g", step->effect->name, i,
                         field->name, (double) found, (double) value);
        }
    }
}

static void require_step(const char *text, const zd_effect_desc *effect, int set, float value)
{
    zd_effect_chain chain;
    REQUIRE_OK(zd_effect_parse(text, 0.0, &chain, &err));
    REQUIRE_INT(chain.count, 1);
    zd_effect_step step = zd_effect_step_at(&chain, 0, 0.0);
    REQUIRE(step.effect == effect);
    for (int i = 0; i < effect->field_count; i++) {
        require_field(&step, &effect->fields[i], i == set ? value : effect->fields[i].initial);
    }
}

static void every_number_is_described(void)
{
    REQUIRE(zd_effect_count() >= 10);
    for (int e = 0; e < zd_effect_count(); e++) {
        const zd_effect_desc *effect = zd_effect_at(e);
        for (int i = 0; i < effect->field_count; i++) {
            const zd_effect_field *f = &effect->fields[i];
            if (f->name == NULL || f->help == NULL || f->help[0] == '\0' || f->count < 1 ||
                !(f->min < f->max) || !(f->initial >= f->min && f->initial <= f->max))
            {
                ZD_TEST_FAIL("%s: number %d (%s) has no name, help, count or range", effect->name,
                             i, f->name != NULL ? f->name : "?");
            }
            REQUIRE(f->offset + (size_t) f->count * sizeof(float) <= ZD_EFFECT_PARAMS_SIZE);
        }
    }
}

static void every_number_reaches_its_field(void)
{
    for (int e = 0; e < zd_effect_count(); e++) {
        const zd_effect_desc *effect = zd_effect_at(e);
        require_step(effect->name, effect, -1, 0.0f);
        for (int i = 0; i < effect->field_count; i++) {
            const zd_effect_field *f = &effect->fields[i];
            char text[160];
            zd_effect_chain chain;
            for (int end = 0; end < 2 && f->names == NULL; end++) {
                float value = end ? f->max : f->min;
                snprintf(text, sizeof text, "%s=%s=%.9g", effect->name, f->name, (double) value);
                require_step(text, effect, i, value);
                snprintf(text, sizeof text, "%s=%s=%.9g", effect->name, f->name,
                         (double) (value + (end ? 1.0f : -1.0f)));
                REQUIRE(zd_effect_parse(text, 0.0, &chain, &err) == ZD_ERR_INVALID_ARGUMENT);
            }
            for (int n = 0; f->names != NULL && f->names[n] != NULL; n++) {
                snprintf(text, sizeof text, "%s=%s=%s", effect->name, f->name, f->names[n]);
                require_step(text, effect, i, (float) n);
            }
        }
    }
}

int main(void)
{
    RUN(every_number_is_described);
    RUN(every_number_reaches_its_field);
    return zd_test_finish();
}
