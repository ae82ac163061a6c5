/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Random materials of usual kinds. */

#include "world/build.h"

static float uniform(sy_build *b, float lo, float hi)
{
    return sy_rng_float(b->rng, lo, hi);
}

int sy_pick_pattern(sy_build *b, sy_pattern pattern, vec3 tint, float size_m)
{
    sy_material m = sy_material_plain(tint);
    m.texture = sy_library_pick(b->library, pattern, b->rng);
    m.texture_gain = 1.0f;
    m.scale_u = m.scale_v = 1.0f / size_m;
    m.offset_u = uniform(b, 0, 1);
    m.offset_v = uniform(b, 0, 1);
    m.dirt = uniform(b, 0.0f, 0.3f);
    m.dirt_scale = uniform(b, 0.1f, 0.6f);
    m.bump = uniform(b, 0.0f, 1.5f);
    return sy_scene_material(b->scene, &m);
}

/* A piece of a photograph as a surface, enlarged so that it is texture rather than picture. */
static int photo_surface(sy_build *b, float size_m)
{
    const sy_texture *photo = sy_library_photo(b->library, b->rng);
    if (!photo) {
        return sy_pick_pattern(b, SY_PATTERN_CLOUDY, v3(0.8f, 0.8f, 0.8f), size_m);
    }
    sy_material m = sy_material_plain(v3(1, 1, 1));
    float tint = uniform(b, 0.7f, 1.2f);
    m.tint = v3(tint, tint * uniform(b, 0.85f, 1.1f), tint * uniform(b, 0.8f, 1.15f));
    m.texture = photo;
    m.texture_gain = uniform(b, 0.5f, 1.0f);
    m.scale_u = m.scale_v = 1.0f / (size_m * uniform(b, 0.7f, 2.0f));
    m.offset_u = uniform(b, 0, 2);
    m.offset_v = uniform(b, 0, 2);
    m.specular = sy_rng_chance(b->rng, 0.3f) ? uniform(b, 0.05f, 0.4f) : 0.0f;
    return sy_scene_material(b->scene, &m);
}

int sy_pick_wall(sy_build *b)
{
    if (sy_rng_chance(b->rng, b->photo_share)) {
        return photo_surface(b, 2.0f);
    }
    float kind = uniform(b, 0, 1);
    vec3 pale = sy_rng_colour(b->rng, uniform(b, 0.0f, 0.35f), uniform(b, 0.6f, 0.98f));
    if (kind < 0.5f) {
        return sy_pick_pattern(b, SY_PATTERN_PLASTER, pale, uniform(b, 1.0f, 3.0f));
    }
    if (kind < 0.68f) {
        return sy_pick_pattern(b, SY_PATTERN_WALLPAPER, v3(0.95f, 0.95f, 0.95f),
                               uniform(b, 0.4f, 1.6f));
    }
    if (kind < 0.78f) {
        return sy_pick_pattern(b, SY_PATTERN_TILES, pale, uniform(b, 0.4f, 1.2f));
    }
    if (kind < 0.88f) {
        return sy_pick_pattern(b, SY_PATTERN_BRICK, v3(1, 1, 1), uniform(b, 0.7f, 1.2f));
    }
    return sy_pick_pattern(b, kind < 0.94f ? SY_PATTERN_PLANKS : SY_PATTERN_CONCRETE, v3(1, 1, 1),
                           uniform(b, 1.0f, 2.0f));
}

int sy_pick_floor(sy_build *b)
{
    static const sy_pattern kinds[7] = { SY_PATTERN_PLANKS, SY_PATTERN_PLANKS, SY_PATTERN_TILES,
                                         SY_PATTERN_CARPET, SY_PATTERN_MARBLE, SY_PATTERN_CONCRETE,
                                         SY_PATTERN_CHECKER };
    if (sy_rng_chance(b->rng, b->photo_share * 0.7f)) {
        return photo_surface(b, 1.5f);
    }
    float k = uniform(b, 0.5f, 1.1f);
    int index = sy_pick_pattern(b, kinds[sy_rng_int(b->rng, 7)], v3(k, k * 0.98f, k * 0.95f),
                                uniform(b, 0.6f, 2.0f));
    if (sy_rng_chance(b->rng, 0.5f)) {
        b->scene->materials[index].specular = uniform(b, 0.1f, 0.5f);
        b->scene->materials[index].gloss = uniform(b, 10.0f, 60.0f);
        b->scene->materials[index].bump *= 0.2f;
    }
    return index;
}

int sy_pick_ceiling(sy_build *b)
{
    return sy_pick_pattern(b, sy_rng_chance(b->rng, 0.8f) ? SY_PATTERN_PLASTER : SY_PATTERN_PLANKS,
                           sy_rng_colour(b->rng, 0.08f, uniform(b, 0.8f, 1.0f)), 2.0f);
}

int sy_pick_wood(sy_build *b)
{
    float k = uniform(b, 0.4f, 1.3f);
    int index = sy_pick_pattern(b, SY_PATTERN_WOOD, v3(k, k, k), uniform(b, 0.5f, 1.5f));
    b->scene->materials[index].specular = uniform(b, 0.0f, 0.35f);
    b->scene->materials[index].bump *= 0.3f;
    return index;
}

int sy_pick_fabric(sy_build *b)
{
    static const sy_pattern kinds[8] = { SY_PATTERN_WEAVE,   SY_PATTERN_WEAVE,    SY_PATTERN_CARPET,
                                         SY_PATTERN_STRIPES, SY_PATTERN_PLAID,    SY_PATTERN_DOTS,
                                         SY_PATTERN_CLOUDY,  SY_PATTERN_WALLPAPER };
    if (sy_rng_chance(b->rng, b->photo_share)) {
        return photo_surface(b, 0.6f);
    }
    vec3 tint = sy_rng_colour(b->rng, uniform(b, 0.0f, 0.8f), uniform(b, 0.3f, 1.0f));
    return sy_pick_pattern(b, kinds[sy_rng_int(b->rng, 8)], v3_scale(tint, 1.3f),
                           uniform(b, 0.15f, 0.7f));
}

int sy_pick_metal(sy_build *b)
{
    float k = uniform(b, 0.15f, 0.8f);
    sy_material m = sy_material_plain(sy_rgb(k, k, k * uniform(b, 0.9f, 1.05f)));
    m.specular = uniform(b, 0.3f, 0.8f);
    m.gloss = uniform(b, 20.0f, 120.0f);
    m.reflect = uniform(b, 0.1f, 0.5f);
    return sy_scene_material(b->scene, &m);
}

int sy_pick_paint(sy_build *b)
{
    sy_material m =
        sy_material_plain(sy_rng_colour(b->rng, uniform(b, 0.0f, 1.0f), uniform(b, 0.12f, 0.98f)));
    if (sy_rng_chance(b->rng, 0.5f)) {
        m.specular = uniform(b, 0.1f, 0.6f);
        m.gloss = uniform(b, 15.0f, 150.0f);
        m.reflect = uniform(b, 0.0f, 0.15f);
    }
    m.dirt = uniform(b, 0.0f, 0.25f);
    m.dirt_scale = uniform(b, 0.5f, 4.0f);
    return sy_scene_material(b->scene, &m);
}

int sy_pick_object(sy_build *b)
{
    float kind = uniform(b, 0, 1);
    if (kind < b->photo_share) {
        return photo_surface(b, uniform(b, 0.1f, 0.5f));
    }
    kind = uniform(b, 0, 1);
    if (kind < 0.3f) {
        return sy_pick_paint(b);
    }
    if (kind < 0.42f) {
        return sy_pick_wood(b);
    }
    if (kind < 0.5f) {
        return sy_pick_metal(b);
    }
    if (kind < 0.7f) {
        return sy_pick_pattern(b, SY_PATTERN_LABEL, v3(1, 1, 1), uniform(b, 0.08f, 0.35f));
    }
    if (kind < 0.8f) {
        return sy_pick_pattern(b, SY_PATTERN_TEXT, v3(1, 1, 1), uniform(b, 0.15f, 0.4f));
    }
    if (kind < 0.9f) {
        return sy_pick_fabric(b);
    }
    return sy_pick_pattern(b, SY_PATTERN_MARBLE, v3(1, 1, 1), uniform(b, 0.1f, 0.4f));
}

int sy_pick_foliage(sy_build *b)
{
    sy_material m = sy_material_plain(v3(0, 0, 0));
    float warm = uniform(b, 0.0f, 1.0f), bright = uniform(b, 0.35f, 0.75f);
    m.tint =
        sy_rgb(bright * (0.68f + 0.4f * warm * warm), bright, bright * uniform(b, 0.4f, 0.65f));
    if (sy_rng_chance(b->rng, 0.15f)) {
        m.tint = sy_rgb(bright * 1.3f, bright * uniform(b, 0.5f, 1.0f), bright * 0.3f);
    }
    m.texture = sy_library_pick(b->library, SY_PATTERN_LEAVES, b->rng);
    m.texture_gain = 1.0f;
    m.cutout = true;
    m.translucency = 0.5f;
    return sy_scene_material(b->scene, &m);
}

int sy_pick_glass(sy_build *b)
{
    float k = uniform(b, 0.05f, 0.3f);
    sy_material m = sy_material_plain(sy_rgb(k * 0.9f, k, k * 1.05f));
    m.specular = 0.5f;
    m.gloss = 100.0f;
    m.reflect = uniform(b, 0.4f, 1.0f);
    return sy_scene_material(b->scene, &m);
}

int sy_pick_picture(sy_build *b, float glow)
{
    sy_material m = sy_material_plain(v3(0.95f, 0.95f, 0.95f));
    const sy_texture *photo = sy_library_photo(b->library, b->rng);
    sy_pattern other = sy_rng_chance(b->rng, 0.5f) ? SY_PATTERN_LABEL : SY_PATTERN_TEXT;
    m.texture =
        photo && sy_rng_chance(b->rng, 0.8f) ? photo : sy_library_pick(b->library, other, b->rng);
    m.texture_gain = 1.0f;
    m.glow = v3(glow, glow, glow);
    m.specular = uniform(b, 0.0f, 0.3f);
    m.gloss = 60.0f;
    return sy_scene_material(b->scene, &m);
}
