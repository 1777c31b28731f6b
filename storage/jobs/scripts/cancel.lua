-- ask: id
if not exists(ask.id) then return {'missing'} end
local status = get(ask.id, 'status')
if is_final(status) then return answer('ended', ask.id) end
if get(ask.id, 'cancel_requested') == '0' then
    set(ask.id, 'cancel_requested', 1)
    tell(ask.id)
end
-- nobody works on it: queued, or its worker is gone
if status == 'queued' or tonumber(get(ask.id, 'lease_us')) <= now then finish(ask.id, 'cancelled') end
return answer('done', ask.id)
