/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The effect suite: clips and the images that they give. */

#include "mock_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ofx_status effect_props(ofx_effect effect, ofx_props *out)
{
    *out = &effect->props;
    return OFX_OK;
}

static ofx_status effect_params(ofx_effect effect, ofx_param_set *out)
{
    *out = &effect->params;
    return OFX_OK;
}

ofx_clip mock_clip(ofx_effect effect, const char *name)
{
    for (int i = 0; i < effect->clip_count; i++) {
        if (strcmp(effect->clips[i]->name, name) == 0) {
            return effect->clips[i];
        }
    }
    return NULL;
}

static ofx_status clip_define(ofx_effect effect, const char *name, ofx_props *out)
{
    ofx_clip clip = calloc(1, sizeof *clip);
    snprintf(clip->name, sizeof clip->name, "%s", name);
    effect->clips[effect->clip_count++] = clip;
    *out = &clip->props;
    return OFX_OK;
}

static ofx_status clip_get_handle(ofx_effect effect, const char *name, ofx_clip *clip,
                                  ofx_props *props)
{
    *clip = mock_clip(effect, name);
    if (*clip != NULL && props != NULL) {
        *props = &(*clip)->props;
    }
    return *clip != NULL ? OFX_OK : OFX_ERR_BAD_HANDLE;
}

static ofx_status clip_props(ofx_clip clip, ofx_props *props)
{
    *props = &clip->props;
    return OFX_OK;
}

static ofx_status clip_get_image(ofx_clip clip, ofx_time time, const ofx_rect_d *region,
                                 ofx_props *out)
{
    (void) region;
    int index = time >= 0.0 && time < MOCK_FRAMES ? (int) time : 0;
    const mock_image *image = clip->images[index] != NULL ? clip->images[index] : clip->images[0];
    if (!clip->connected || image == NULL || clip->lies) {
        return OFX_FAILED;
    }
    ofx_props p = mock_props_create();
    mock_props_pointer(p, "OfxImagePropData", image->data);
    const int bounds[4] = { image->bounds.x1, image->bounds.y1, image->bounds.x2,
                            image->bounds.y2 };
    for (int i = 0; i < 4; i++) {
        mock_props_int(p, "OfxImagePropBounds", i, bounds[i]);
        mock_props_int(p, "OfxImagePropRegionOfDefinition", i, bounds[i]);
    }
    mock_props_int(p, "OfxImagePropRowBytes", 0, image->row_bytes);
    mock_props_text(p, "OfxImageEffectPropPixelDepth", image->depth);
    mock_props_text(p, "OfxImageEffectPropComponents", image->components);
    mock_props_text(p, "OfxImageEffectPropPreMultiplication", image->premultiplication);
    if (image->order != NULL) {
        mock_props_text(p, "OfxImageEffectPropPixelOrder", image->order);
    }
    if (image->word != NULL) {
        mock_props_text(p, "OfxImagePropUniqueIdentifier", image->word);
    }
    atomic_fetch_add(&mock_images_alive, 1);
    *out = p;
    return OFX_OK;
}

static ofx_status clip_release_image(ofx_props image)
{
    mock_props_free(image);
    atomic_fetch_sub(&mock_images_alive, 1);
    return OFX_OK;
}

static ofx_status clip_get_rod(ofx_clip clip, ofx_time time, ofx_rect_d *out)
{
    (void) time;
    if (!clip->connected) {
        return OFX_FAILED;
    }
    *out = clip->rod;
    return OFX_OK;
}

static int effect_abort(ofx_effect effect)
{
    atomic_fetch_add(&mock_aborts_asked, 1);
    int left = atomic_load(&effect->abort_after);
    if (left < 0) {
        return 0;
    }
    if (left > 0) {
        atomic_fetch_sub(&effect->abort_after, 1);
        return 0;
    }
    return 1;
}

const ofx_effect_suite mock_effect_suite = {
    .get_property_set = effect_props,
    .get_param_set = effect_params,
    .clip_define = clip_define,
    .clip_get_handle = clip_get_handle,
    .clip_get_property_set = clip_props,
    .clip_get_image = clip_get_image,
    .clip_release_image = clip_release_image,
    .clip_get_region_of_definition = clip_get_rod,
    .abort = effect_abort,
};

void mock_connect(ofx_effect effect, const char *name, mock_image *image)
{
    ofx_clip clip = mock_clip(effect, name);
    clip->connected = image != NULL;
    clip->images[0] = image;
    mock_props_int(&clip->props, "OfxImageClipPropConnected", 0, image != NULL);
    if (image != NULL) {
        clip->rod =
            (ofx_rect_d){ image->bounds.x1, image->bounds.y1, image->bounds.x2, image->bounds.y2 };
        mock_props_text(&clip->props, "OfxImageEffectPropPreMultiplication",
                        image->premultiplication);
    }
}
