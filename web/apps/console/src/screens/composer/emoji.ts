/** A small set of our own: what people write to customers. Each line: the sign, then words to find it by. */
const TABLE = `
🙂 smile 微笑|😊 happy blush 开心|😀 grin 笑|😄 laugh 大笑|😂 joy tears 笑哭|😉 wink 眨眼|😍 love eyes 喜欢|🤗 hug 拥抱
🤔 think 思考|😅 sweat phew 尴尬|😌 relieved 安心|😢 sad cry 难过|😭 crying 大哭|😕 confused 困惑|😞 disappointed 失望|😮 surprised wow 惊讶
😴 sleep 睡|😎 cool 酷|🥳 party 庆祝|🤝 handshake deal 握手|🙏 thanks please 感谢 拜托|👍 thumbs up good yes 赞 好|👎 thumbs down no 差|👋 wave hello bye 你好 再见
👏 clap bravo 鼓掌|💪 strong 加油|👌 ok 可以|✌️ peace victory 胜利|🤞 luck fingers 好运|☝️ up one 注意|👉 point right 看 右|👀 eyes look 看
❤️ heart love 爱心|💙 blue heart 蓝心|💚 green heart 绿心|💛 yellow heart 黄心|🎉 celebrate party 恭喜|🎁 gift present 礼物|⭐ star 星|✨ sparkles new 闪亮
🔥 fire hot 火|💯 hundred 满分|✅ done check yes 完成|☑️ check box 勾选|❌ cross no 错|⚠️ warning 警告|❗ important 重要|❓ question 问题
ℹ️ info 信息|💡 idea 主意|📌 pin 置顶|🔔 bell 提醒|⏰ alarm time 闹钟|⏳ wait hourglass 等待|📅 calendar date 日期|🕒 clock time 时间
📦 parcel package box 包裹|🚚 truck delivery 送货|✈️ plane flight 飞机|🏠 home 家|🏬 shop store 商店|📍 place address 地址|🧾 receipt invoice 发票 收据|💳 card payment 付款
💰 money 钱|🏷️ tag price 价格|🛒 cart 购物车|🛍️ shopping bags 购物|↩️ return back 退货|🔄 exchange refresh 换货|🔧 repair tool 维修|🧵 thread sewing 线
📷 photo camera 照片|📎 attachment clip 附件|📄 document page 文件|✉️ mail letter 邮件|📞 phone call 电话|💬 chat message 聊天|🔗 link 链接|🔒 lock secure 安全
☀️ sun morning 早上 太阳|🌙 moon night 晚上|🌧️ rain 雨|☕ coffee 咖啡|🍵 tea 茶|🎂 cake birthday 生日|🌸 blossom flower 花|🐱 cat 猫
`;

export const emoji: readonly { sign: string; words: string }[] = TABLE.trim()
  .split(/[\n|]/)
  .map((item) => {
    const at = item.indexOf(" ");
    return { sign: item.slice(0, at), words: item.slice(at + 1) };
  });

export function findEmoji(q: string): readonly { sign: string; words: string }[] {
  const needle = q.trim().toLowerCase();
  return needle ? emoji.filter((item) => item.words.includes(needle)) : emoji;
}
