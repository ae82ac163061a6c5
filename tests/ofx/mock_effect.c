/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Life of effects, their actions, and a text of their descriptors. */

#include "mock_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ofx_effect mock_describe(ofx_plugin *plugin, const char *context)
{
    ofx_effect effect = calloc(1, sizeof *effect);
    effect->plugin = plugin;
    atomic_init(&effect->abort_after, -1);
    ofx_props in = mock_props_create();
    mock_props_text(in, "OfxImageEffectPropContext", context);
    if (plugin->main_entry("OfxActionDescribe", effect, NULL, NULL) != OFX_OK ||
        plugin->main_entry("OfxImageEffectActionDescribeInContext", effect, in, NULL) != OFX_OK)
    {
        mock_free_descriptor(effect);
        effect = NULL;
    }
    mock_props_free(in);
    return effect;
}

ofx_effect mock_create(ofx_plugin *plugin, ofx_effect descriptor)
{
    ofx_effect effect = calloc(1, sizeof *effect);
    effect->plugin = plugin;
    atomic_init(&effect->abort_after, -1);
    mock_props_copy(&effect->props, &descriptor->props);
    for (int i = 0; i < descriptor->clip_count; i++) {
        ofx_clip clip = calloc(1, sizeof *clip);
        memcpy(clip->name, descriptor->clips[i]->name, sizeof clip->name);
        mock_props_copy(&clip->props, &descriptor->clips[i]->props);
        mock_props_int(&clip->props, "OfxImageClipPropConnected", 0, 0);
        effect->clips[effect->clip_count++] = clip;
    }
    for (int i = 0; i < descriptor->params.count; i++) {
        ofx_param from = descriptor->params.params[i];
        ofx_param param = calloc(1, sizeof *param);
        memcpy(param->name, from->name, sizeof param->name);
        memcpy(param->type, from->type, sizeof param->type);
        mock_props_copy(&param->props, &from->props);
        param->effect = effect;
        mock_param_reset(param);
        effect->params.params[effect->params.count++] = param;
    }
    if (plugin->main_entry("OfxActionCreateInstance", effect, NULL, NULL) != OFX_OK) {
        mock_free_descriptor(effect);
        return NULL;
    }
    return effect;
}

void mock_free_descriptor(ofx_effect effect)
{
    for (int i = 0; i < effect->clip_count; i++) {
        mock_props_clear(&effect->clips[i]->props);
        free(effect->clips[i]);
    }
    for (int i = 0; i < effect->params.count; i++) {
        mock_props_clear(&effect->params.params[i]->props);
        free(effect->params.params[i]->text);
        free(effect->params.params[i]);
    }
    mock_props_clear(&effect->params.props);
    mock_props_clear(&effect->props);
    free(effect);
}

void mock_destroy(ofx_effect effect)
{
    effect->plugin->main_entry("OfxActionDestroyInstance", effect, NULL, NULL);
    mock_free_descriptor(effect);
}

ofx_status mock_action(ofx_effect effect, const char *action, ofx_props in, ofx_props out)
{
    return effect->plugin->main_entry(action, effect, in, out);
}

ofx_status mock_render(ofx_effect effect, const mock_render_args *args)
{
    ofx_props in = mock_props_create();
    const int window[4] = { args->window.x1, args->window.y1, args->window.x2, args->window.y2 };
    mock_props_number(in, "OfxPropTime", 0, args->time);
    for (int i = 0; i < 4; i++) {
        mock_props_int(in, "OfxImageEffectPropRenderWindow", i, window[i]);
    }
    mock_props_number(in, "OfxImageEffectPropRenderScale", 0, args->scale);
    mock_props_number(in, "OfxImageEffectPropRenderScale", 1, args->scale);
    mock_props_text(in, "OfxImageEffectPropFieldToRender",
                    args->field != NULL ? args->field : "OfxFieldNone");
    ofx_status status = mock_action(effect, "OfxImageEffectActionRender", in, NULL);
    mock_props_free(in);
    return status;
}

static void dump_props(FILE *out, ofx_props set)
{
    for (int i = 0; i < set->count; i++) {
        const mock_prop *p = &set->props[i];
        fprintf(out, "  %s:", p->name);
        for (int v = 0; v < p->count; v++) {
            if (p->type == 'i') {
                fprintf(out, " %d", p->ints[v]);
            } else if (p->type == 'd') {
                fprintf(out, " %g", p->numbers[v]);
            } else if (p->type == 's') {
                fprintf(out, " \"%s\"", p->texts[v]);
            } else {
                fprintf(out, " (pointer)");
            }
        }
        fprintf(out, "\n");
    }
}

char *mock_dump(ofx_effect effect)
{
    FILE *out = tmpfile();
    fprintf(out, "effect\n");
    dump_props(out, &effect->props);
    for (int i = 0; i < effect->clip_count; i++) {
        fprintf(out, "clip %s\n", effect->clips[i]->name);
        dump_props(out, &effect->clips[i]->props);
    }
    for (int i = 0; i < effect->params.count; i++) {
        fprintf(out, "%s %s\n", effect->params.params[i]->type, effect->params.params[i]->name);
        dump_props(out, &effect->params.params[i]->props);
    }
    size_t size = (size_t) ftell(out);
    char *text = calloc(1, size + 1);
    rewind(out);
    size = fread(text, 1, size, out);
    fclose(out);
    return text;
}
