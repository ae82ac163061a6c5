/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Random people: build, clothes and colours. */

#include "people/figure.h"

/* Usual clothes colours: many dark or pale, some strong. */
static vec3 cloth_colour(sy_rng *rng)
{
    float kind = sy_rng_float(rng, 0.0f, 1.0f);
    if (kind < 0.3f) {
        return sy_rng_colour(rng, sy_rng_float(rng, 0.0f, 0.35f), sy_rng_float(rng, 0.08f, 0.35f));
    }
    if (kind < 0.5f) {
        return sy_rng_colour(rng, sy_rng_float(rng, 0.0f, 0.2f), sy_rng_float(rng, 0.75f, 0.98f));
    }
    return sy_rng_colour(rng, sy_rng_float(rng, 0.2f, 0.95f), sy_rng_float(rng, 0.3f, 0.95f));
}

static int cloth_material(sy_scene *scene, const sy_library *library, sy_rng *rng, float size_m)
{
    static const sy_pattern kinds[8] = { SY_PATTERN_WEAVE,   SY_PATTERN_WEAVE, SY_PATTERN_WEAVE,
                                         SY_PATTERN_STRIPES, SY_PATTERN_PLAID, SY_PATTERN_DOTS,
                                         SY_PATTERN_CLOUDY,  SY_PATTERN_LABEL };
    sy_material m = sy_material_plain(cloth_colour(rng));
    m.texture = sy_library_pick(library, kinds[sy_rng_int(rng, 8)], rng);
    m.texture_gain = sy_rng_float(rng, 0.5f, 1.0f);
    m.scale_u = m.scale_v = 1.0f / (size_m * sy_rng_float(rng, 0.6f, 1.6f));
    m.offset_u = sy_rng_float(rng, 0.0f, 1.0f);
    const sy_texture *photo = sy_rng_chance(rng, 0.12f) ? sy_library_photo(library, rng) : NULL;
    if (photo) {
        m.texture = photo;
        m.tint = v3(0.9f, 0.9f, 0.9f);
        m.texture_gain = 1.0f;
    }
    m.dirt = sy_rng_float(rng, 0.0f, 0.35f);
    m.dirt_scale = 1.5f;
    m.specular = sy_rng_chance(rng, 0.2f) ? sy_rng_float(rng, 0.05f, 0.3f) : 0.02f;
    m.gloss = sy_rng_float(rng, 8.0f, 30.0f);
    return sy_scene_material(scene, &m);
}

static vec3 hair_colour(sy_rng *rng)
{
    static const float tones[7][3] = { { 0.08f, 0.07f, 0.07f }, { 0.16f, 0.11f, 0.08f },
                                       { 0.28f, 0.19f, 0.12f }, { 0.45f, 0.32f, 0.18f },
                                       { 0.70f, 0.56f, 0.34f }, { 0.50f, 0.24f, 0.12f },
                                       { 0.66f, 0.65f, 0.64f } };
    const float *t = tones[sy_rng_int(rng, 7)];
    float k = sy_rng_float(rng, 0.8f, 1.25f);
    return sy_rgb(t[0] * k, t[1] * k, t[2] * k);
}

static void add_skin_and_hair(sy_scene *scene, const sy_library *library, sy_rng *rng,
                              sy_person *who)
{
    const sy_face_texture *face = &library->faces[sy_rng_int(rng, SY_LIBRARY_FACES)];
    sy_material m = sy_material_plain(face->skin);
    m.specular = 0.10f;
    m.gloss = 18.0f;
    m.translucency = 0.15f;
    m.dirt = 0.12f;
    m.dirt_scale = 4.0f;
    who->skin = sy_scene_material(scene, &m);
    m.tint = v3(1, 1, 1);
    m.texture = &face->texture;
    m.texture_gain = 1.0f;
    m.dirt = 0.0f;
    who->face = sy_scene_material(scene, &m);
    sy_material hair = sy_material_plain(v3_scale(hair_colour(rng), 1.3f));
    hair.texture = sy_library_pick(library, SY_PATTERN_HAIR, rng);
    hair.texture_gain = 1.0f;
    hair.specular = 0.25f;
    hair.gloss = 22.0f;
    hair.bump = 2.0f;
    hair.translucency = 0.3f;
    who->hair_material = sy_scene_material(scene, &hair);
}

static void choose_build(sy_rng *rng, sy_person *who)
{
    bool curvy = sy_rng_chance(rng, 0.5f);
    who->height_m = sy_rng_float(rng, 1.55f, 1.92f);
    if (sy_rng_chance(rng, 0.1f)) {
        who->height_m = sy_rng_float(rng, 1.05f, 1.5f);
    }
    who->girth = 1.0f + 0.12f * fabsf(sy_rng_normal(rng));
    who->shoulders = sy_rng_float(rng, 0.98f, 1.12f) - (curvy ? 0.12f : 0.0f);
    who->hips = sy_rng_float(rng, 0.94f, 1.04f) + (curvy ? 0.06f : 0.0f);
    who->bust = curvy ? sy_rng_float(rng, 0.01f, 0.035f) : 0.0f;
    who->head_scale = sy_rng_float(rng, 1.0f, 1.12f) * (who->height_m < 1.5f ? 1.2f : 1.0f);
    who->folds_m = sy_rng_float(rng, 0.004f, 0.014f);
    who->seed = sy_rng_next(rng);
}

sy_person sy_person_random(sy_scene *scene, const sy_library *library, sy_rng *rng, int detail)
{
    sy_person who = { .detail = detail };
    choose_build(rng, &who);
    who.top = (sy_top) sy_rng_int(rng, SY_TOP_COUNT);
    float legs = sy_rng_float(rng, 0.0f, 1.0f);
    who.bottom =
        legs < 0.7f ? SY_BOTTOM_TROUSERS : (legs < 0.82f ? SY_BOTTOM_SHORTS : SY_BOTTOM_SKIRT);
    who.hair = sy_rng_chance(rng, 0.08f) ? SY_HAIR_NONE
                                         : (sy_hair) (1 + sy_rng_int(rng, SY_HAIR_COUNT - 1));
    who.hat =
        sy_rng_chance(rng, 0.2f) ? (sy_hat) (1 + sy_rng_int(rng, SY_HAT_COUNT - 1)) : SY_HAT_NONE;
    if (who.hat != SY_HAT_NONE && (who.hair == SY_HAIR_CURLY || who.hair == SY_HAIR_BOB)) {
        who.hair = SY_HAIR_SHORT;
    }
    who.glasses = sy_rng_chance(rng, 0.2f);
    who.bag = sy_rng_chance(rng, 0.15f);
    who.tie = sy_rng_chance(rng, 0.4f);
    who.collar = sy_rng_chance(rng, 0.5f);
    who.skirt_length = sy_rng_float(rng, 0.7f, 1.8f);
    who.hair_length = sy_rng_float(rng, 0.2f, 0.42f);
    who.strands = detail > 2 ? 500 : (detail > 1 ? 160 : 0);
    add_skin_and_hair(scene, library, rng, &who);
    who.cloth = cloth_material(scene, library, rng, 0.35f);
    who.inner = cloth_material(scene, library, rng, 0.3f);
    who.trousers = cloth_material(scene, library, rng, 0.5f);
    who.extra = cloth_material(scene, library, rng, 0.3f);
    who.hat_material = cloth_material(scene, library, rng, 0.2f);
    sy_material shoes = sy_material_plain(cloth_colour(rng));
    shoes.specular = 0.2f;
    who.shoes = sy_scene_material(scene, &shoes);
    return who;
}
